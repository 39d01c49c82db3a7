#include "cudal1/cli/values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace cudal1::cli {
namespace {

struct Unit {
  std::string_view suffix;
  double milliseconds;
};
constexpr Unit kUnits[] = {{"ms", 1},  {"s", 1e3},   {"min", 6e4},
                           {"m", 6e4}, {"h", 3.6e6}, {"", 1e3}};

bool is_identifier(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0]))) return false;
  return std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

// Levenshtein distance, one row at a time.
std::string printed(const char* format, auto... values) {
  char text[64];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

}  // namespace

std::optional<uint64_t> parse_count(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || !(value >= 0)) return std::nullopt;
  const std::string_view suffix(end, text.data() + text.size() - end);
  const auto unit = std::ranges::find(kUnits, suffix, &Unit::suffix);
  if (unit == std::end(kUnits) || value * unit->milliseconds > 1e15) return std::nullopt;
  return std::chrono::milliseconds(std::llround(value * unit->milliseconds));
}

std::optional<std::pair<std::string, std::string>> parse_assignment(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || !is_identifier(text.substr(0, equals)))
    return std::nullopt;
  if (equals + 1 == text.size()) return std::nullopt;
  return std::pair{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

std::string show_nanoseconds(double ns) {
  constexpr Unit kTimes[] = {{" s", 1e9}, {" ms", 1e6}, {" µs", 1e3}, {" ns", 1}};
  for (const Unit& unit : kTimes) {
    const double value = ns / unit.milliseconds;
    // 999.5 and more would round to four digits: that is one of the next unit.
    if (value < 0.9995 && unit.milliseconds > 1) continue;
    const int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return printed("%.*f", digits, value) + std::string(unit.suffix);
  }
  return "0 ns";
}

std::string show_duration(std::chrono::milliseconds duration) {
  const long long ms = duration.count();
  if (ms < 1000) return printed("%lld ms", ms);
  if (ms < 10'000) return printed("%.1f s", double(ms) / 1000);
  const long long s = (ms + 500) / 1000;
  if (s < 60) return printed("%lld s", s);
  if (s < 3600) return printed("%lld min %02lld s", s / 60, s % 60);
  return printed("%lld h %02lld min", s / 3600, s % 3600 / 60);
}

std::string show_fixed(double value, int digits) { return printed("%.*f", digits, value); }

}  // namespace cudal1::cli
