#include "program/host_function.h"

#include <array>
#include <string_view>

#include "program/parser.h"

namespace cudal1::program {
namespace {

constexpr std::array<std::string_view, 21> kSpecifiers = {
    "static",       "inline",     "constexpr",   "extern",       "__host__",        "__device__",
    "__global__",   "virtual",    "explicit",    "__noinline__", "__forceinline__", "__inline__",
    "__constant__", "__shared__", "__managed__", "consteval",    "friend",          "C10_NOINLINE",
    "__inline",     "TORCH_API",  "register"};
constexpr std::array<std::string_view, 7> kSpecifiersWithArguments = {
    "__launch_bounds__", "__attribute__",    "alignas",    "__align__",
    "__declspec",        "__cluster_dims__", "__maxnreg__"};

template <size_t N>
bool contains(const std::array<std::string_view, N>& words, const Token& token) {
  for (const std::string_view word : words) {
    if (token.is_identifier() && token.text == word) return true;
  }
  return false;
}

size_t past_group(const Tokens& tokens, size_t i, const char* open, const char* close) {
  int depth = 0;
  for (; i < tokens.size(); ++i) {
    if (tokens[i].is(open)) ++depth;
    if (tokens[i].is(close) && --depth == 0) return i + 1;
  }
  return i;
}

TypeRef parse_return_type(const Tokens& tokens, const Names& names, const Item& item) {
  const size_t begin = item.template_end > item.begin ? item.template_end : item.begin;
  const Tokens head = without_specifiers(tokens, begin, item.name_at);
  return head.empty() ? TypeRef{} : Parser(head, 0, head.size(), names).type();
}

// The template header and what starts with the parameters: all that declares names for the body.
Tokens header_and_params(const Tokens& tokens, const Item& item, size_t end) {
  const auto at = [&](size_t i) { return tokens.begin() + static_cast<std::ptrdiff_t>(i); };
  Tokens part(at(item.template_begin), at(item.template_end));
  part.insert(part.end(), at(item.params_at), at(end));
  return part;
}

// Leaves the parser behind the parameters.
Function parse_signature(Parser* parser, const Tokens& tokens, const Names& names,
                         const Item& item) {
  Function function;
  function.pos = tokens[item.name_at].pos;
  function.name = item.qualified();
  while (parser->peek().is("template")) {
    for (TemplateParam& param : parser->template_header())
      function.template_params.push_back(std::move(param));
  }
  function.return_type = parse_return_type(tokens, names, item);
  function.params = parser->params();
  if (parser->accept("->")) function.return_type = parser->type();
  return function;
}

Result<const Function*, Diagnostic> parse_function(const HostFunction::Impl& impl) {
  if (impl.signature_error) return *impl.signature_error;
  try {
    const Tokens part = header_and_params(*impl.tokens, impl.item, impl.item.end);
    Parser parser(part, 0, part.size(), *impl.names);
    parser.set_function_name(impl.item.name);
    impl.function = parse_signature(&parser, *impl.tokens, *impl.names, impl.item);
    while (!parser.at_end() && !parser.peek().is("{")) parser.take();
    impl.function.body = parser.block();
    return &impl.function;
  } catch (const SyntaxError& error) {
    return error.diagnostic;
  }
}

}  // namespace

Tokens without_specifiers(const Tokens& tokens, size_t begin, size_t end) {
  Tokens kept;
  for (size_t i = begin; i < end;) {
    if (contains(kSpecifiers, tokens[i]) || tokens[i].kind == TokenKind::kString) {
      ++i;
    } else if (contains(kSpecifiersWithArguments, tokens[i])) {
      i = past_group(tokens, i + 1, "(", ")");
    } else if (tokens[i].is("[") && i + 1 < end && tokens[i + 1].is("[")) {
      i = past_group(tokens, i, "[", "]");
    } else {
      kept.push_back(tokens[i++]);
    }
  }
  return kept;
}

std::unique_ptr<HostFunction> make_host_function(const Tokens& tokens, const Names& names,
                                                 const Item& item) {
  auto impl = std::make_unique<HostFunction::Impl>();
  impl->tokens = &tokens;
  impl->names = &names;
  impl->item = item;
  try {
    const Tokens part = header_and_params(tokens, item, item.body_at);
    Parser parser(part, 0, part.size(), names);
    impl->signature = parse_signature(&parser, tokens, names, item);
  } catch (const SyntaxError& error) {
    impl->signature.pos = tokens[item.name_at].pos;
    impl->signature.name = item.qualified();
    impl->signature_error = error.diagnostic;
  }
  return std::make_unique<HostFunction>(std::move(impl));
}

Kernel parse_kernel(const Tokens& tokens, const Names& names, const Item& item) {
  const Tokens part = header_and_params(tokens, item, item.body_at);
  Parser parser(part, 0, part.size(), names);
  Kernel kernel;
  kernel.pos = tokens[item.name_at].pos;
  kernel.name = item.qualified();
  while (parser.peek().is("template")) {
    for (TemplateParam& param : parser.template_header())
      kernel.template_params.push_back(std::move(param));
  }
  kernel.params = parser.params();
  return kernel;
}

StmtPtr parse_variable(const Tokens& tokens, const Names& names, const Item& item) {
  const size_t begin = item.template_end > item.begin ? item.template_end : item.begin;
  // Only in front of the name is a string a specifier (extern "C").
  Tokens part = without_specifiers(tokens, begin, item.name_at);
  part.insert(part.end(), tokens.begin() + static_cast<std::ptrdiff_t>(item.name_at),
              tokens.begin() + static_cast<std::ptrdiff_t>(item.end));
  Parser parser(part, 0, part.size(), names);
  StmtPtr statement = parser.declaration();
  auto& declaration = std::get<DeclStmt>(statement->node);
  for (size_t i = begin; i < item.name_at; ++i) {
    declaration.is_static |= tokens[i].is("static");
    declaration.is_constexpr |= tokens[i].is("constexpr");
  }
  return statement;
}

HostFunction::HostFunction(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HostFunction::HostFunction(HostFunction&&) noexcept = default;
HostFunction::~HostFunction() = default;

const Function& HostFunction::signature() const { return impl_->signature; }

const Result<const Function*, Diagnostic>& HostFunction::parsed() const {
  if (!impl_->parsed) impl_->parsed.emplace(parse_function(*impl_));
  return *impl_->parsed;
}

}  // namespace cudal1::program
