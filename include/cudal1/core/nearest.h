// What was meant by a word that is none of those known.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cudal1 {

// The candidate nearest to `word`, when it is near enough to be what was meant; else empty.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace cudal1
