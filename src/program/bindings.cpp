#include "program/bindings.h"

#include "program/brackets.h"
#include "program/literal.h"

namespace cudal1::program {
namespace {

// "scale(Tensor x, float a) -> Tensor" → "scale"; "ops::scale" → "scale"
std::string bound_name(const std::string& text) {
  const std::string name = text.substr(0, text.find_first_of("( "));
  return std::string(last_component(name));
}

// The last name in tokens [begin, end) that is a function of the file.
std::string named_function(const Tokens& tokens, size_t begin, size_t end, const Names& names) {
  std::string found;
  for (size_t i = begin; i < end; ++i) {
    const NameKind* kind = tokens[i].is_identifier() ? names.find(tokens[i].text) : nullptr;
    if (kind && *kind == NameKind::kFunction) found = tokens[i].text;
  }
  return found;
}

size_t end_of_argument(const Tokens& tokens, size_t i) {
  for (int depth = 0; i < tokens.size(); ++i) {
    if (tokens[i].is("(") || tokens[i].is("{") || tokens[i].is("[")) ++depth;
    if (depth == 0 && (tokens[i].is(",") || tokens[i].is(")"))) return i;
    if (tokens[i].is(")") || tokens[i].is("}") || tokens[i].is("]")) --depth;
  }
  return i;
}

}  // namespace

void read_bindings(const Tokens& tokens, const Item& item, const Names& names, Bindings* bindings) {
  for (size_t i = item.body_at; i + 3 < item.end; ++i) {
    const bool binds = tokens[i].is(".") && (tokens[i + 1].is("def") || tokens[i + 1].is("impl")) &&
                       tokens[i + 2].is("(") && tokens[i + 3].kind == TokenKind::kString;
    if (!binds) continue;
    const auto text = parse_string(tokens[i + 3].text);
    size_t argument = i + 4;
    while (tokens[argument].kind == TokenKind::kString) ++argument;
    if (!text) continue;
    std::string function;
    bool lambda = false;
    for (; tokens[argument].is(",") && function.empty() && !lambda;
         argument = end_of_argument(tokens, argument + 1)) {
      lambda = tokens[argument + 1].is("[");
      if (!lambda)
        function =
            named_function(tokens, argument + 1, end_of_argument(tokens, argument + 1), names);
    }
    const std::string name = bound_name(*text);
    if (!function.empty()) {
      bindings->functions.emplace(name, function);
    } else if (lambda && !bindings->refused) {
      bindings->refused = Diagnostic{
          tokens[i + 3].pos, "\"" + name + "\" is bound to a lambda, which can't be the entry",
          "a named function: m.def(\"forward\", &forward)"};
    }
  }
}

}  // namespace cudal1::program
