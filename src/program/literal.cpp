#include "program/literal.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <limits>

namespace cudal1::program {
namespace {

bool starts_with_any(std::string_view text, std::string_view a, std::string_view b) {
  return text.substr(0, a.size()) == a || text.substr(0, b.size()) == b;
}

std::optional<IntLiteral> parse_integer(std::string text) {
  int base = 10;
  size_t at = 0;
  if (starts_with_any(text, "0x", "0X"))
    base = 16, at = 2;
  else if (starts_with_any(text, "0b", "0B"))
    base = 2, at = 2;
  else if (text.size() > 1 && text[0] == '0')
    base = 8;
  IntLiteral literal{};
  errno = 0;
  char* end = nullptr;
  if (at >= text.size() || !std::isxdigit(static_cast<unsigned char>(text[at])))
    return std::nullopt;
  const uint64_t value = std::strtoull(text.c_str() + at, &end, base);
  if (errno == ERANGE) return std::nullopt;
  std::string suffix(end);
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (suffix != "" && suffix != "u" && suffix != "l" && suffix != "ul" && suffix != "lu" &&
      suffix != "ll" && suffix != "ull" && suffix != "llu" && suffix != "z" && suffix != "uz" &&
      suffix != "zu") {
    return std::nullopt;
  }
  const bool unsigned_suffix = suffix.find('u') != std::string::npos;
  const uint64_t int_max = unsigned_suffix || base != 10 ? std::numeric_limits<uint32_t>::max()
                                                         : std::numeric_limits<int32_t>::max();
  literal.value = static_cast<int64_t>(value);
  literal.is_long = suffix.find_first_of("lz") != std::string::npos || value > int_max;
  literal.is_unsigned =
      unsigned_suffix || value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) ||
      (!literal.is_long && value > static_cast<uint64_t>(std::numeric_limits<int32_t>::max()));
  return literal;
}

std::optional<FloatLiteral> parse_float(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  const std::string_view suffix(end);
  if (end == text.c_str() ||
      !(suffix.empty() || suffix == "f" || suffix == "F" || suffix == "l" || suffix == "L")) {
    return std::nullopt;
  }
  const bool is_float = suffix == "f" || suffix == "F";
  return FloatLiteral{is_float ? static_cast<double>(std::strtof(text.c_str(), nullptr)) : value,
                      is_float};
}

void append_utf8(std::string* out, uint32_t code) {
  if (code < 0x80) {
    *out += static_cast<char>(code);
  } else if (code < 0x800) {
    *out += {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 63))};
  } else if (code < 0x10000) {
    *out += {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 63)),
             static_cast<char>(0x80 | (code & 63))};
  } else {
    *out += {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 63)),
             static_cast<char>(0x80 | (code >> 6 & 63)), static_cast<char>(0x80 | (code & 63))};
  }
}

// `at` is behind the backslash; moves behind the escape.
void append_escape(std::string* out, std::string_view text, size_t* at) {
  const char c = text[(*at)++];
  const auto digits = [&](size_t most, int base) {
    size_t end = *at;
    while (end < text.size() && end - *at < most &&
           std::isxdigit(static_cast<unsigned char>(text[end])) &&
           (base == 16 || (text[end] >= '0' && text[end] < '8'))) {
      ++end;
    }
    const auto value =
        std::strtoul(std::string(text.substr(*at, end - *at)).c_str(), nullptr, base);
    *at = end;
    return static_cast<uint32_t>(value);
  };
  static constexpr std::string_view kNames = "ntrabfv0", kValues("\n\t\r\a\b\f\v\0", 8);
  if (c == 'x') {
    *out += static_cast<char>(digits(2, 16));
  } else if (c == 'u' || c == 'U') {
    append_utf8(out, digits(c == 'u' ? 4 : 8, 16));
  } else if (c >= '0' && c < '8') {
    --*at;
    *out += static_cast<char>(digits(3, 8));
  } else {
    const size_t index = kNames.find(c);
    *out += index == std::string_view::npos ? c : kValues[index];
  }
}

std::string unescape(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\\' && at + 1 < text.size()) {
      append_escape(&out, text, &++at);
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace

std::optional<std::variant<IntLiteral, FloatLiteral>> parse_number(std::string_view spelling) {
  std::string text(spelling);
  text.erase(std::remove(text.begin(), text.end(), '\''), text.end());
  const bool hex = starts_with_any(text, "0x", "0X");
  const bool floating = text.find_first_of(hex ? ".pP" : ".eE") != std::string::npos;
  if (floating) {
    if (const auto literal = parse_float(text)) return *literal;
  } else if (const auto literal = parse_integer(text)) {
    return *literal;
  }
  return std::nullopt;
}

std::optional<int64_t> parse_character(std::string_view spelling) {
  const size_t open = spelling.find('\'');
  if (open == std::string_view::npos || spelling.size() < open + 3) return std::nullopt;
  const std::string value = unescape(spelling.substr(open + 1, spelling.size() - open - 2));
  if (value.size() != 1) return std::nullopt;
  return static_cast<signed char>(value[0]);
}

std::optional<std::string> parse_string(std::string_view spelling) {
  const size_t open = spelling.find('"');
  if (open == std::string_view::npos || spelling.back() != '"') return std::nullopt;
  if (open > 0 && spelling[open - 1] == 'R') {
    const size_t paren = spelling.find('(', open);
    const size_t delimiter = paren - open - 1;
    return std::string(spelling.substr(paren + 1, spelling.size() - paren - 1 - delimiter - 2));
  }
  return unescape(spelling.substr(open + 1, spelling.size() - open - 2));
}

}  // namespace cudal1::program
