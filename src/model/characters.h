// What stands at the edges of a text (broken UTF-8 is neither word nor space), in the sense of
// Unicode: \w and \s of the Rust crate `regex`.
#pragma once

#include <cstddef>
#include <string_view>

namespace cudal1::model {

bool begins_with_word(std::string_view text);
bool ends_in_word(std::string_view text);
size_t spaces_at_begin(std::string_view text);  // bytes
size_t spaces_at_end(std::string_view text);

}  // namespace cudal1::model
