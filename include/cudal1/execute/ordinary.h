// What memory holds that others have used: results of theirs. Fill patterns can be told from it, so programs that work
// only where they see one are found by memory that has none.
#pragma once

#include <cstdint>
#include <vector>

namespace cudal1::execute {

// 1 MiB of normally distributed floats.
std::vector<float> ordinary_contents(uint64_t seed);

}  // namespace cudal1::execute
