// The values of literals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "cudal1/program/ast.h"

namespace cudal1::program {

// Nothing for what is no number, and for suffixes of user-defined literals.
std::optional<std::variant<IntLiteral, FloatLiteral>> parse_number(std::string_view spelling);

// 'a', '\n', '\x41'
std::optional<int64_t> parse_character(std::string_view spelling);

// "…", R"x(…)x", with prefixes; nothing for a literal with a suffix.
std::optional<std::string> parse_string(std::string_view spelling);

}  // namespace cudal1::program
