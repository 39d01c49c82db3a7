// Reading and showing values: durations and numbers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cudal1::cli {

std::optional<uint64_t> parse_count(std::string_view text);
std::optional<double> parse_number(std::string_view text);  // finite, not negative
// 90, 90s, 1.5m, 2h, 500ms. A bare number is in seconds.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// NAME=value, NAME being an identifier.
std::optional<std::pair<std::string, std::string>> parse_assignment(std::string_view text);

std::string show_nanoseconds(double ns);  // "1.23 µs", three significant digits
std::string show_duration(
    std::chrono::milliseconds duration);  // "850 ms", "12 s", "3 min 20 s", "2 h 05 min"
std::string show_fixed(double value, int digits);

}  // namespace cudal1::cli
