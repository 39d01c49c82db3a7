#include "block_anchor.h"

#include <algorithm>
#include <cctype>

namespace cudal1::search {
namespace {

using namespace program;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

const IntLiteral* as_literal(const Expr& expr) { return std::get_if<IntLiteral>(&expr.node); }

bool is_one(const ExprPtr& expr) {
  const auto* literal = expr ? as_literal(bare(*expr)) : nullptr;
  return literal && literal->value == 1;
}

// x of dim3(x), dim3(x, 1), dim3(x, 1, 1); null for more dimensions.
const Expr* only_extent(const std::vector<ExprPtr>& extents) {
  if (extents.empty() || !extents[0]) return nullptr;
  return std::all_of(extents.begin() + 1, extents.end(), is_one) ? extents[0].get() : nullptr;
}

bool is_dim3(const TypeRef& type) { return type.name == "dim3" && type.pointers == 0; }

// dim3 block(x), dim3 block{x}, dim3 block = x, dim3 block = dim3(x), auto block = dim3(x)
const Expr* extent_of(const Declarator& declarator) {
  if (declarator.init.size() == 1 && declarator.init[0])
    if (const auto* cast = std::get_if<CastExpr>(&declarator.init[0]->node);
        cast && is_dim3(cast->type))
      return only_extent(cast->args);
  return is_dim3(declarator.type) ? only_extent(declarator.init) : nullptr;
}

std::optional<Anchor> literal_anchor(const Expr& expr, const SourceText& source) {
  const auto* literal = as_literal(expr);
  if (!literal) return std::nullopt;
  Anchor anchor{.value = literal->value};
  if (const int length = source.digits_at(expr.pos, literal->value); length > 0) {
    anchor.literals.push_back({expr.pos, length, 0});
    return anchor;
  }
  anchor.kind = Anchor::Kind::kMacro;
  anchor.name = source.name_at(expr.pos);
  const auto macro = source.integer_macro(anchor.name);
  if (!macro || macro->value != literal->value) return std::nullopt;
  anchor.literals.push_back({macro->pos, macro->length, 0});
  return anchor;
}

// Of `int threads = 256;`: a literal is then the variable's, a macro stays the macro's.
std::optional<Anchor> variable_anchor(const Declarator& declarator, const std::string& name,
                                      Anchor::Kind kind, const SourceText& source) {
  if (declarator.init.size() != 1 || !declarator.init[0] || declarator.type.pointers > 0)
    return std::nullopt;
  auto anchor = literal_anchor(bare(*declarator.init[0]), source);
  if (!anchor) return std::nullopt;
  anchor->variables.insert(name);
  if (anchor->kind == Anchor::Kind::kLiteral) {
    anchor->kind = kind;
    anchor->name = name;
  }
  return anchor;
}

}  // namespace

SourceText::SourceText(std::string_view source) : source_(source), lines_{0} {
  for (size_t i = 0; i < source.size(); ++i)
    if (source[i] == '\n') lines_.push_back(i + 1);
}

size_t SourceText::offset(SourcePos pos) const {
  if (pos.line < 1 || static_cast<size_t>(pos.line) > lines_.size()) return source_.size();
  return std::min(lines_[static_cast<size_t>(pos.line) - 1] + static_cast<size_t>(pos.column) - 1,
                  source_.size());
}

std::string SourceText::name_at(SourcePos pos) const {
  const size_t begin = offset(pos);
  size_t end = begin;
  while (end < source_.size() && is_word(source_[end])) ++end;
  if (begin == end || std::isdigit(static_cast<unsigned char>(source_[begin]))) return {};
  return std::string(source_.substr(begin, end - begin));
}

int SourceText::digits_at(SourcePos pos, int64_t value) const {
  const std::string digits = std::to_string(value);
  const size_t begin = offset(pos);
  if (source_.substr(begin, digits.size()) != digits) return 0;
  size_t end = begin + digits.size();
  while (end < source_.size() && std::string_view("uUlL").find(source_[end]) != std::string::npos)
    ++end;
  if (end < source_.size() &&
      (is_word(source_[end]) || source_[end] == '.' || source_[end] == '\''))
    return 0;
  return static_cast<int>(digits.size());
}

std::optional<SourceText::Macro> SourceText::integer_macro(const std::string& name) const {
  std::optional<Macro> found;
  if (name.empty()) return found;
  for (size_t line = 0; line < lines_.size(); ++line) {
    size_t at = lines_[line];
    const auto spaces = [&] {
      while (at < source_.size() && (source_[at] == ' ' || source_[at] == '\t')) ++at;
    };
    const auto accept = [&](std::string_view word) {
      const bool there = source_.substr(at, word.size()) == word &&
                         (at + word.size() == source_.size() || !is_word(word.back()) ||
                          !is_word(source_[at + word.size()]));
      if (there) at += word.size();
      spaces();
      return there;
    };
    spaces();
    if (!accept("#") || !accept("define") || !accept(name)) continue;
    if (found) return std::nullopt;
    size_t end = at;
    while (end < source_.size() && std::isdigit(static_cast<unsigned char>(source_[end]))) ++end;
    if (end == at || end - at > 9) return std::nullopt;
    const SourcePos pos{static_cast<int>(line) + 1, static_cast<int>(at - lines_[line]) + 1};
    const int64_t value = std::stoll(std::string(source_.substr(at, end - at)));
    const int length = static_cast<int>(end - at);
    // Nothing may follow but space and a comment.
    at = end;
    spaces();
    const bool comment = source_.substr(at, 2) == "//" || source_.substr(at, 2) == "/*";
    if (at < source_.size() && source_[at] != '\n' && source_[at] != '\r' && !comment)
      return std::nullopt;
    found = Macro{pos, value, length};
  }
  return found;
}

void HostNames::declare(const Declarator& declarator) {
  for (const std::string& name : declarator.names) {
    const bool plain = declarator.names.size() == 1 && declarator.array_extents.empty() &&
                       !declarator.type.is_reference;
    const auto [it, fresh] = constants.try_emplace(name, plain ? &declarator : nullptr);
    if (!fresh) it->second = nullptr;
  }
}

void HostNames::forget(const std::string& name) { constants.insert_or_assign(name, nullptr); }

const Declarator* HostNames::find(const std::string& name) const {
  const auto it = constants.find(name);
  return it == constants.end() ? nullptr : it->second;
}

const Expr& bare(const Expr& expr) {
  const auto* cast = std::get_if<CastExpr>(&expr.node);
  if (!cast || cast->args.size() != 1 || !cast->args[0] || is_dim3(cast->type)) return expr;
  return bare(*cast->args[0]);
}

std::optional<Anchor> find_anchor(const Expr& block, const HostNames& locals,
                                  const HostNames& globals, const SourceText& source) {
  const Expr& expr = bare(block);
  if (as_literal(expr)) return literal_anchor(expr, source);
  if (const auto* cast = std::get_if<CastExpr>(&expr.node); cast && is_dim3(cast->type)) {
    const Expr* extent = only_extent(cast->args);
    return extent ? find_anchor(*extent, locals, globals, source) : std::nullopt;
  }
  const auto* name = std::get_if<NameExpr>(&expr.node);
  if (!name) return std::nullopt;
  const bool local = locals.constants.contains(name->name);
  const Declarator* declarator = local ? locals.find(name->name) : globals.find(name->name);
  if (!declarator) return std::nullopt;
  if (const Expr* extent = extent_of(*declarator)) {
    auto anchor = find_anchor(*extent, locals, globals, source);
    if (!anchor || !local) return std::nullopt;
    anchor->extents.insert(name->name);
    // The literal of `dim3 block(256)` is the variable's: whoever means it says block.x.
    if (anchor->kind == Anchor::Kind::kLiteral) {
      anchor->kind = Anchor::Kind::kLocal;
      anchor->name = name->name;
    }
    return anchor;
  }
  return variable_anchor(*declarator, name->name,
                         local ? Anchor::Kind::kLocal : Anchor::Kind::kGlobal, source);
}

bool means(const Expr& expr, const Anchor& anchor, const SourceText& source, int64_t offset) {
  const Expr& it = bare(expr);
  if (const auto* literal = as_literal(it)) {
    if (literal->value != anchor.value + offset) return false;
    if (anchor.kind == Anchor::Kind::kMacro)
      return offset == 0 && source.name_at(it.pos) == anchor.name;
    return anchor.kind == Anchor::Kind::kLiteral && source.digits_at(it.pos, literal->value) > 0;
  }
  if (offset != 0) return false;
  if (const auto* name = std::get_if<NameExpr>(&it.node))
    return anchor.variables.contains(name->name);
  const auto* member = std::get_if<MemberExpr>(&it.node);
  if (!member || member->name != "x" || !member->object) return false;
  const auto* object = std::get_if<NameExpr>(&member->object->node);
  return object && anchor.extents.contains(object->name);
}

}  // namespace cudal1::search
