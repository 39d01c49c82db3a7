// Reading and showing values: durations, numbers, near misses of names.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
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

// The candidate nearest to `word`, when it is near enough to be what was meant; else empty.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace cudal1::cli
