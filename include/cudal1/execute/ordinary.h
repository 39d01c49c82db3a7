// What memory holds that others have used: results of theirs. Fill patterns can be told from it, so programs that work
// only where they see one are found by memory that has none.
#pragma once

#include <vector>

namespace cudal1::execute {

// 1 MiB of normally distributed floats, drawn once in a process and unknown before.
const std::vector<float>& ordinary_contents();

}  // namespace cudal1::execute
