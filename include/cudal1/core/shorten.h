// What a program made to be long may say is cut before it reaches a journal or a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cudal1 {

constexpr size_t kMaxMessageBytes = 4096;

// `text` itself, or its beginning of at most `max_bytes` (no UTF-8 character is cut) and how much is left out.
std::string shortened(std::string_view text, size_t max_bytes = kMaxMessageBytes);

}  // namespace cudal1
