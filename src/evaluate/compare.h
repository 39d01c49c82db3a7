// Is an output what the reference made? All elements, against a tolerance by element type.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>

namespace cudal1::evaluate {

// |got - expected| ≤ relative × |expected| + relative × rms(expected). The second term lets elements near zero carry
// the rounding of the sums they came from; tied to the root mean square, it does not let zeros pass.
struct Tolerance {
  double relative = 0;
};
Tolerance tolerance_for(c10::ScalarType type);

struct Mismatch {
  std::string message;      // what, where, how much
  uint64_t count = 0;
  double worst_error = 0;   // largest |got - expected|; infinity where one is not finite
  bool other_kind = false;  // of another type or shape
};

// Says so when floating-point elements of `tensor` still hold `poison`. Integers may be equal to it by right.
std::optional<std::string> never_written(const at::Tensor& tensor, int poison);

// `got` and `expected` on the same device. `poison`: the byte that fresh memory was filled with, negative for none;
// elements that still hold it are named as unwritten.
std::optional<Mismatch> compare(const at::Tensor& got, const at::Tensor& expected, int poison);

}  // namespace cudal1::evaluate
