#include "cudal1/program/source.h"

#include <algorithm>

namespace cudal1::program {
namespace {

std::string_view line_of(std::string_view source, int line) {
  size_t begin = 0;
  for (int i = 1; i < line; ++i) {
    const size_t end = source.find('\n', begin);
    if (end == std::string_view::npos) return {};
    begin = end + 1;
  }
  std::string_view text =
      source.substr(begin, std::min(source.find('\n', begin), source.size()) - begin);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

// Blanks up to the column, with the tabs of the line, so that the caret stands right in any
// terminal.
std::string caret(std::string_view line, int column) {
  std::string text;
  for (size_t i = 0; i + 1 < static_cast<size_t>(column) && i < line.size(); ++i) {
    const bool continues_utf8 = (static_cast<unsigned char>(line[i]) & 0xC0) == 0x80;
    if (!continues_utf8) text += line[i] == '\t' ? '\t' : ' ';
  }
  return text + '^';
}

// What is shown of a very long line: the part around the column, and where the column is in it.
struct Excerpt {
  std::string text;
  int column;
};

Excerpt excerpt(std::string_view line, int column) {
  constexpr size_t kWidest = 400, kBefore = 100;
  constexpr std::string_view kCut = "…";
  if (line.size() <= kWidest) return {std::string(line), column};
  const auto boundary = [&](size_t at) {
    while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80) ++at;
    return std::min(at, line.size());
  };
  const size_t at = static_cast<size_t>(std::max(column, 1)) - 1;
  const size_t begin = boundary(at > kBefore ? at - kBefore : 0), end = boundary(begin + kWidest);
  std::string text(line.substr(begin, end - begin));
  if (end < line.size()) text += kCut;
  if (begin == 0) return {std::move(text), column};
  return {std::string(kCut) + text, column - static_cast<int>(begin - kCut.size())};
}

}  // namespace

std::string render(const Diagnostic& diagnostic, std::string_view path, std::string_view source) {
  std::string text(path);
  const auto [line, column] = diagnostic.pos;
  if (line > 0) text += ":" + std::to_string(line) + ":" + std::to_string(column);
  text += ": error: " + diagnostic.message + "\n";
  if (line > 0) {
    const Excerpt shown = excerpt(line_of(source, line), column);
    text += "    " + shown.text + "\n    " + caret(shown.text, shown.column) + "\n";
  }
  if (!diagnostic.accepted.empty()) text += "  accepted: " + diagnostic.accepted + "\n";
  return text;
}

}  // namespace cudal1::program
