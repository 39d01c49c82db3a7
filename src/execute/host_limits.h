// Bounds of what the host side may hold, far beyond what a program needs, so that a loop without an
// end does not eat the machine's memory.
#pragma once

#include <cstdint>

namespace cudal1::execute {

constexpr int64_t kMaxItems = int64_t(1) << 24;  // of one list or string

}  // namespace cudal1::execute
