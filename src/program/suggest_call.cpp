// A --call line from what the file itself does with its kernels.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "program/brackets.h"
#include "program/call_expression.h"
#include "program/lexer.h"
#include "program/program_impl.h"

namespace cudal1::program {
namespace {

constexpr int kMaxInlining = 4;

bool is_integer_type(const std::string& name) {
  return name.find("int") != std::string::npos || name.find("long") != std::string::npos ||
         name == "size_t" || name == "short";
}

// The expression with what the variables around it stand for; whatever stays unknown becomes a
// variable of the line.
class Resolver {
 public:
  Resolver(const Program::Impl& program, const Tokens& tokens, size_t begin, size_t end)
      : program_(program), tokens_(tokens), begin_(begin), end_(end) {}

  std::string resolve(size_t begin, size_t end, int depth = 0) {
    std::string text;
    for (size_t i = begin; i < end; ++i) {
      const bool space = i > begin && (tokens_[i].space_before || tokens_[i].line_start);
      text += (space ? " " : "") + one(i, depth);
    }
    return text;
  }

  // NAME=value for each.
  std::string assignments(const std::set<std::string>& names) const {
    std::string line;
    for (const std::string& name : names) {
      const auto known = constants_.find(name);
      const std::string value = known == constants_.end() ? "VALUE" : known->second;
      const bool quoted = value.find_first_of("<>()*&|; ") != std::string::npos;  // for the shell
      line += quoted ? " '" + name + "=" + value + "'" : " " + name + "=" + value;
    }
    return line;
  }

  // What cudaMalloc was asked for on behalf of pointer `name`, in elements.
  std::optional<std::string> allocated(const std::string& name) {
    for (size_t i = begin_; i + 4 < end_; ++i) {
      if (!tokens_[i].is("cudaMalloc") && !tokens_[i].is("cudaMallocManaged")) continue;
      size_t at = i + 1;
      while (at < end_ && !tokens_[at].is("&")) ++at;
      if (at + 2 >= end_ || !tokens_[at + 1].is(name.c_str()) || !tokens_[at + 2].is(",")) continue;
      return elements(at + 3, argument_end(at + 3));
    }
    return std::nullopt;
  }

 private:
  std::string one(size_t i, int depth) {
    const Token& token = tokens_[i];
    const bool plain =
        token.is_identifier() &&
        !(i > 0 && (tokens_[i - 1].is(".") || tokens_[i - 1].is("->") || tokens_[i - 1].is("::")));
    if (!plain || tokens_[i + 1].is("(") || program_.names.find(token.text)) return token.text;
    const auto [from, to] = definition(token.text);
    if (from == to) return token.text;
    if (is_constant(from, to)) {
      constants_[token.text] = without_spaces(from, to);
      return token.text;
    }
    if (depth >= kMaxInlining || !is_arithmetic(from, to)) return token.text;
    const bool construction = tokens_[from].is("(") && tokens_[from - 2].is("dim3");
    const std::string inner = resolve(from, to, depth + 1);
    if (construction) return "dim3" + inner;
    return alone(i) ? inner : "(" + inner + ")";
  }

  // A whole argument needs no parentheses around what it stands for.
  bool alone(size_t i) const {
    const auto edge = [](const Token& token) {
      return token.is("<<<") || token.is(",") || token.is("(") || token.is(")") || token.is(">");
    };
    return edge(tokens_[i - 1]) && edge(tokens_[i + 1]);
  }

  // Tokens of the first initialiser of `name` in this function; empty when there is none.
  std::pair<size_t, size_t> definition(const std::string& name) const {
    for (size_t i = begin_ + 1; i + 1 < end_; ++i) {
      if (!tokens_[i].is(name.c_str())) continue;
      const Token& before = tokens_[i - 1];
      const bool typed = before.is_identifier() || before.is(",") || before.is(">");
      if (typed && tokens_[i + 1].is("=")) return {i + 2, argument_end(i + 2)};
      if (before.is("dim3") && (tokens_[i + 1].is("(") || tokens_[i + 1].is("{")))
        return {i + 1, group_end(i + 1)};
    }
    return {0, 0};
  }

  size_t group_end(size_t i) const {
    int depth = 0;
    do {
      if (tokens_[i].is("(") || tokens_[i].is("{") || tokens_[i].is("[")) ++depth;
      if (tokens_[i].is(")") || tokens_[i].is("}") || tokens_[i].is("]")) --depth;
      ++i;
    } while (depth > 0 && i < end_);
    return i;
  }
  size_t argument_end(size_t i) const {
    while (i < end_ && !tokens_[i].is(",") && !tokens_[i].is(";") && !tokens_[i].is(")"))
      i = group_end(i);
    return i;
  }

  bool is_constant(size_t from, size_t to) const {
    return std::all_of(tokens_.begin() + static_cast<std::ptrdiff_t>(from),
                       tokens_.begin() + static_cast<std::ptrdiff_t>(to),
                       [](const Token& token) {
                         return token.kind == TokenKind::kNumber ||
                                (token.kind == TokenKind::kPunct && !token.is("{"));
                       }) &&
           !tokens_[from].is("(");
  }
  bool is_arithmetic(size_t from, size_t to) const {
    for (size_t i = from; i < to; ++i) {
      const Token& token = tokens_[i];
      const NameKind* known = token.is_identifier() ? program_.names.find(token.text) : nullptr;
      const bool call = token.is_identifier() && tokens_[i + 1].is("(") && !token.is("sizeof") &&
                        !token.is("dim3") && !(known && *known == NameKind::kFunction);
      if (call || token.kind == TokenKind::kString || token.is("{") || token.is(".") ||
          token.is("->") || token.is("[") || token.is("<"))
        return false;
    }
    return true;
  }
  std::string without_spaces(size_t from, size_t to) const {
    std::string text;
    for (size_t i = from; i < to; ++i) text += tokens_[i].text;
    return text;
  }

  // Bytes to elements: the factor sizeof(…) goes.
  std::optional<std::string> elements(size_t from, size_t to) {
    if (to == from + 1 && tokens_[from].is_identifier()) {
      const auto [inner, end] = definition(tokens_[from].text);
      if (inner != end) return elements(inner, end);
    }
    for (size_t i = from; i + 1 < to; ++i) {
      if (!tokens_[i].is("sizeof")) continue;
      const size_t end = group_end(i + 1);
      if (i > from + 1 && end == to && tokens_[i - 1].is("*")) return resolve(from, i - 1);
      if (i == from && end < to && tokens_[end].is("*")) return resolve(end + 1, to);
    }
    return std::nullopt;
  }

  const Program::Impl& program_;
  const Tokens& tokens_;
  size_t begin_, end_;
  std::map<std::string, std::string> constants_;
};

// The variables that a --call expression needs; arrays name themselves.
std::set<std::string> needed_names(const Program::Impl& program, const std::string& call) {
  try {
    return parse_call_expression(call, program.file.macros, program.names).free_names;
  } catch (const SyntaxError&) {
    return {};  // the line is to be completed by hand then
  }
}

struct Launch {
  const Kernel* kernel = nullptr;
  size_t name = 0, open = 0, close = 0, args = 0;  // tokens: name, "<<<", first of ">>>", "("
  const Item* item = nullptr;
};

std::optional<Launch> first_launch(const Program& program) {
  const Tokens& tokens = program.impl().file.tokens;
  for (const Item& item : program.impl().items) {
    if (item.kind != ItemKind::kFunction || !item.on_host) continue;
    for (size_t i = item.body_at; i + 3 < item.end; ++i) {
      if (!tokens[i].is("<<<")) continue;
      Launch launch{nullptr, i - 1, i, i + 1, 0, &item};
      while (launch.close + 3 < item.end &&
             !(tokens[launch.close].is(">") && tokens[launch.close + 1].is(">") &&
               tokens[launch.close + 2].is(">")))
        ++launch.close;
      launch.args = launch.close + 3;
      for (int depth = 0; launch.name > item.body_at; --launch.name) {
        if (tokens[launch.name].is(">")) ++depth;
        if (tokens[launch.name].is("<") && --depth == 0) {
          --launch.name;
          break;
        }
        if (depth == 0) break;
      }
      launch.kernel = program.find_kernel(tokens[launch.name].text);
      if (launch.kernel && launch.args < item.end && tokens[launch.args].is("(")) return launch;
    }
  }
  return std::nullopt;
}

std::vector<std::pair<size_t, size_t>> arguments(const Tokens& tokens, size_t open,
                                                 const std::vector<size_t>& match) {
  std::vector<std::pair<size_t, size_t>> found;
  for (size_t i = open + 1, begin = i; i <= match[open]; i = std::max(i, match[i]) + 1) {
    if (i != match[open] && !tokens[i].is(",")) continue;
    if (i > begin) found.emplace_back(begin, i);
    begin = i + 1;
    if (i == match[open]) break;
  }
  return found;
}

// Streams are left out: the call runs on the current one.
std::string configuration(const Tokens& tokens, const Launch& launch,
                          const std::vector<size_t>& match, Resolver* resolver) {
  std::vector<std::string> values;
  for (size_t i = launch.open + 1, begin = i; i <= launch.close; i = std::max(i, match[i]) + 1) {
    if (i != launch.close && !tokens[i].is(",")) continue;
    values.push_back(resolver->resolve(begin, i));
    begin = i + 1;
  }
  if (values.size() > 3) values.resize(3);
  if (values.size() == 3 && values[2] == "0") values.pop_back();
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
  return text;
}

std::string from_launch(const Program& program, const Launch& launch) {
  const Tokens& tokens = program.impl().file.tokens;
  Resolver resolver(program.impl(), tokens, launch.item->body_at, launch.item->end);
  const auto match = match_brackets(tokens);
  const auto args = arguments(tokens, launch.args, match);
  std::string text;
  for (size_t i = 0; i < launch.kernel->params.size() && i < args.size(); ++i) {
    const Param& param = launch.kernel->params[i];
    const auto [begin, end] = args[i];
    text += i ? ", " : "";
    if (param.type.pointers > 0) {
      const bool named = end == begin + 1 && tokens[begin].is_identifier();
      const std::string name = named ? tokens[begin].text : param.name;
      text += name + "[" + resolver.allocated(name).value_or("SIZE_OF_" + name) + "]";
    } else {
      const std::string value = resolver.resolve(begin, end);
      text += value.find_first_of(".(") == std::string::npos ||
                      free_names(value, program.impl().file.macros, program.impl().names).empty()
                  ? value
                  : param.name;
    }
  }
  const std::string config = configuration(tokens, launch, match, &resolver);
  const std::string call =
      spell(tokens, launch.name, launch.open) + "<<<" + config + ">>>(" + text + ")";
  return "--call '" + call + "'" + resolver.assignments(needed_names(program.impl(), call));
}

std::string from_kernel(const Program& program, const Kernel& kernel) {
  std::string args, types, size;
  for (const Param& param : kernel.params) {
    if (size.empty() && param.type.pointers == 0 && is_integer_type(param.type.name))
      size = param.name;
  }
  const std::string extent = size.empty() ? "n" : size;
  for (const Param& param : kernel.params) {
    args += (args.empty() ? "" : ", ") + param.name +
            (param.type.pointers > 0 ? "[" + extent + "]" : "");
  }
  for (const TemplateParam& param : kernel.template_params)
    types += (types.empty() ? "" : ", ") + std::string(param.is_type ? "float" : param.name);
  const std::string call = kernel.name + (types.empty() ? "" : "<" + types + ">") + "<<<(" +
                           extent + " + 255) / 256, 256>>>(" + args + ")";
  std::string assignments;
  for (const std::string& name : needed_names(program.impl(), call))
    assignments += " " + name + "=VALUE";
  return "--call '" + call + "'" + assignments;
}

bool takes_tensors(const Function& function) {
  return std::any_of(function.params.begin(), function.params.end(), [](const Param& param) {
    return last_component(param.type.name) == "Tensor";
  });
}

std::string from_function(const Function& function) {
  std::string args, assignments;
  for (const Param& param : function.params) {
    if (param.default_value) break;
    const bool tensor = last_component(param.type.name) == "Tensor";
    args += (args.empty() ? "" : ", ") + (tensor ? "torch::randn({1024, 1024})" : param.name);
    if (!tensor) assignments += " " + param.name + "=VALUE";
  }
  return "--call '" + function.name + "(" + args + ")'" + assignments;
}

const Function* function_to_call(const Program& program) {
  if (!program.entry().empty()) {
    const auto entries = program.functions(program.entry());
    if (!entries.empty()) return &entries.front()->signature();
  }
  for (const auto& [bound, name] : program.bindings()) {
    const auto functions = program.functions(name);
    if (!functions.empty() && takes_tensors(functions.front()->signature()))
      return &functions.front()->signature();
  }
  const auto launches = [&](const HostFunction* function) {
    const Tokens& tokens = program.impl().file.tokens;
    return std::any_of(
        program.impl().items.begin(), program.impl().items.end(), [&](const Item& item) {
          if (item.kind != ItemKind::kFunction || item.qualified() != function->signature().name)
            return false;
          return std::any_of(tokens.begin() + static_cast<std::ptrdiff_t>(item.body_at),
                             tokens.begin() + static_cast<std::ptrdiff_t>(item.end),
                             [](const Token& token) { return token.is("<<<"); });
        });
  };
  for (const HostFunction* function : program.all_functions()) {
    if (takes_tensors(function->signature()) && launches(function)) return &function->signature();
  }
  return nullptr;
}

}  // namespace

std::string suggest_call(const Program& program) {
  if (const Function* function = function_to_call(program)) return from_function(*function);
  if (const auto launch = first_launch(program)) return from_launch(program, *launch);
  if (!program.kernels().empty()) return from_kernel(program, program.kernels().front());
  return "";
}

}  // namespace cudal1::program
