#include "program/parser.h"

namespace cudal1::program {

// Speculation can be made to repeat itself; real functions take each token fewer than 10 times.
constexpr long kMaxStepsPerToken = 50, kMinSteps = 50'000;

Parser::Parser(const Tokens& tokens, size_t begin, size_t end, const Names& names)
    : tokens_(tokens.begin() + static_cast<std::ptrdiff_t>(begin),
              tokens.begin() + static_cast<std::ptrdiff_t>(end)),
      names_(names) {
  Token last;
  if (!tokens_.empty()) {
    last.pos = tokens_.back().pos;
    last.begin = last.end = tokens_.back().end;
  }
  tokens_.push_back(std::move(last));
  max_steps_ = kMinSteps + kMaxStepsPerToken * static_cast<long>(tokens_.size());
  scopes_.emplace_back();
}

const Token& Parser::peek(size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

const Token& Parser::take() {
  if (steps_ >= 0 && ++steps_ > max_steps_) {
    steps_ = -1;
    fail(peek(), "this function is too complex to be read", "");
  }
  const Token& token = tokens_[at_];
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Parser::accept(const char* spelling) {
  if (!peek().is(spelling)) return false;
  take();
  return true;
}

void Parser::expect(const char* spelling, const char* where) {
  if (!accept(spelling))
    fail(peek(), std::string("expected '") + spelling + "' " + where + ", found " +
                     (at_end() ? std::string("the end") : "'" + peek().text + "'"));
}

void Parser::expect_end() {
  if (!at_end()) fail(peek(), "'" + peek().text + "' is not expected here");
}

void Parser::fail(const Token& at, std::string message, std::string accepted) const {
  throw SyntaxError{{at.pos, std::move(message), std::move(accepted)}};
}

void Parser::fail_expected(const char* what) const {
  fail(peek(), std::string("expected ") + what + ", found " +
                   (at_end() ? "the end" : "'" + peek().text + "'"));
}

// Formatters that do not know CUDA write "<< <" and ">> >", and nvcc takes it.
bool Parser::opens_launch() const {
  if (peek().is("<")) return peek(1).is("<<") || (peek(1).is("<") && peek(2).is("<"));
  return peek().is("<<<") || (peek().is("<<") && peek(1).is("<"));
}

bool Parser::closes_launch() const { return peek().is(">") && peek(1).is(">") && peek(2).is(">"); }

void Parser::skip_balanced(const char* open, const char* close) {
  expect(open, "here");
  for (int depth = 1; depth > 0;) {
    if (at_end()) fail(peek(), std::string("'") + open + "' is never closed", close);
    const Token& token = take();
    if (token.is(open)) ++depth;
    if (token.is(close)) --depth;
  }
}

void Parser::skip_attributes() {
  while (true) {
    if (peek().is("[") && peek(1).is("[")) {
      skip_balanced("[", "]");
    } else if (peek().is("__attribute__") || peek().is("alignas") || peek().is("__align__") ||
               peek().is("__launch_bounds__")) {
      take();
      skip_balanced("(", ")");
    } else {
      return;
    }
  }
}

void Parser::declare(const std::string& name, NameKind kind) {
  if (!name.empty()) scopes_.back()[name] = kind;
}

const NameKind* Parser::kind_of(const std::string& name) const {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    if (const auto found = scope->find(name); found != scope->end()) return &found->second;
  }
  return names_.find(name);
}

bool Parser::is_variable(const std::string& name) const {
  const NameKind* kind = kind_of(name);
  return kind && *kind == NameKind::kVariable;
}

bool Parser::is_type_name(const std::string& name) const {
  if (const NameKind* kind = kind_of(name)) return *kind == NameKind::kType;
  return is_library_type(name);
}

}  // namespace cudal1::program
