// A bug in cudal1 itself: says where, then aborts. Never for input.
#pragma once

namespace cudal1 {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}

#define CUDAL1_ASSERT(condition) \
  ((condition) ? void(0) : ::cudal1::assertion_failed(#condition, __FILE__, __LINE__))
