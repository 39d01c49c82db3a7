// One target as a libFuzzer program.
#include <cstddef>
#include <cstdint>

#include "targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  cudal1::fuzz::CUDAL1_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
