#include "cudal1/core/assert.h"

#include <cstdio>
#include <cstdlib>

namespace cudal1 {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "cudal1: bug: '%s' does not hold (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace cudal1
