// GPT-2's spelling of bytes as visible characters: a printable byte as itself, a space as "Ġ", a
// newline as "Ċ". https://github.com/openai/gpt-2/blob/master/src/encoder.py
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cudal1::model {

std::string spelled(std::string_view bytes);
// Nothing where `spelling` has a character that stands for no byte.
std::optional<std::string> bytes_of_spelling(std::string_view spelling);

}  // namespace cudal1::model
