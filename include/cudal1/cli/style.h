// Colours, or none.
#pragma once

#include <string>
#include <string_view>

namespace cudal1::cli {

struct Style {
  bool colour = false;
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string red(std::string_view text) const { return wrap("31", text); }
  std::string green(std::string_view text) const { return wrap("32", text); }
  std::string yellow(std::string_view text) const { return wrap("33", text); }
  std::string cyan(std::string_view text) const { return wrap("36", text); }

 private:
  std::string wrap(const char* code, std::string_view text) const {
    if (!colour || text.empty()) return std::string(text);
    return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
  }
};

// Columns that the text takes on a terminal: code points of UTF-8, escape sequences not counted.
int display_width(std::string_view text);
// Cut to `width` columns, with "…" at the end where something is left out. For text without escape
// sequences.
std::string clipped(std::string_view text, int width);

}  // namespace cudal1::cli
