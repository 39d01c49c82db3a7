// What a block size is written as in the host code, and which expressions mean it.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/search/tuner.h"

namespace cudal1::search {

// Characters of the source by position.
class SourceText {
 public:
  explicit SourceText(std::string_view source);
  size_t offset(program::SourcePos pos) const;
  // The name that stands at `pos`, empty when none does.
  std::string name_at(program::SourcePos pos) const;
  // How many decimal digits stand at `pos`, if they are a whole number equal to `value`; else 0.
  int digits_at(program::SourcePos pos, int64_t value) const;
  struct Macro {
    program::SourcePos pos;  // of its value
    int64_t value;
    int length;
  };
  // The only `#define name <decimal>` of the file.
  std::optional<Macro> integer_macro(const std::string& name) const;

 private:
  std::string_view source_;
  std::vector<size_t> lines_;  // offset of each line's first character
};

// The host side's declarations that matter here.
struct HostNames {
  // By name; null where a name is declared more than once or changed after its declaration.
  std::map<std::string, const program::Declarator*> constants;
  void declare(const program::Declarator& declarator);
  void forget(const std::string& name);
  const program::Declarator* find(const std::string& name) const;
};

// One way in which a block size is written.
struct Anchor {
  enum class Kind { kLiteral, kLocal, kGlobal, kMacro };
  Kind kind = Kind::kLiteral;
  int64_t value = 0;
  std::string name;                 // of the variable or macro
  std::set<std::string> variables;  // integers that are it; dim3 variables whose x it is …
  std::set<std::string> extents;    // … are these
  std::vector<BlockSize::Literal> literals;
};

// Which block size the block expression of a launch is. Nothing unless it has one dimension, and a
// single literal behind it.
std::optional<Anchor> find_anchor(const program::Expr& block, const HostNames& locals,
                                  const HostNames& globals, const SourceText& source);

// Casts taken off.
const program::Expr& bare(const program::Expr& expr);

// Whether `expr` is the anchor's value, or for `offset` -1 a literal one less.
bool means(const program::Expr& expr, const Anchor& anchor, const SourceText& source,
           int64_t offset = 0);

}  // namespace cudal1::search
