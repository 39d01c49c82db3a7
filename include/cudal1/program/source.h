// Positions in a source file and what is said about them.
#pragma once

#include <string>
#include <string_view>

namespace cudal1::program {

// 1-based; line 0 means "no position".
struct SourcePos {
  int line = 0;
  int column = 0;
  bool operator==(const SourcePos&) const = default;
};

// One finding about a program. `message` says what is wrong with the construct as written; `accepted` (may be
// empty) says what the language takes instead.
struct Diagnostic {
  SourcePos pos;
  std::string message;
  std::string accepted;
  // Where compilers take the construct and only running it fails: the rule of that failure ("division_by_zero").
  std::string rule;
};

// path:line:column: error: message
//     source line
//     ^
//   accepted: …
std::string render(const Diagnostic& diagnostic, std::string_view path, std::string_view source);

}  // namespace cudal1::program
