#include "cudal1/cli/style.h"

namespace cudal1::cli {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

int display_width(std::string_view text) {
  int width = 0;
  bool in_escape = false;
  for (const char c : text) {
    if (c == '\033')
      in_escape = true;
    else if (in_escape)
      in_escape = c != 'm';
    else
      width += !continues(c);
  }
  return width;
}

std::string clipped(std::string_view text, int width) {
  if (display_width(text) <= width) return std::string(text);
  std::string result;
  int used = 0;
  for (const char c : text) {
    if (!continues(c) && ++used >= width) break;
    result += c;
  }
  return result + "…";
}

}  // namespace cudal1::cli
