// Is an output what the reference made? All elements, against a tolerance by element type.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cudal1::evaluate {

// |got - expected| ≤ relative × |expected| + of_rms × rms(expected) + absolute. The second term
// lets elements near zero carry the rounding of the sums they came from; tied to the root mean
// square, it does not let zeros pass.
struct Tolerance {
  double relative = 0, of_rms = 0, absolute = 0;
};
Tolerance tolerance_for(c10::ScalarType type);
// KernelBench's rule (commit 423217d): absolute and relative 1e-4 in single precision, 1e-2 in half
// and bfloat16.
Tolerance kernelbench_tolerance(c10::ScalarType type);

// What an output must be.
struct Expected {
  at::Tensor value;  // as the reference made it
  at::Tensor
      exact;  // the same in double precision, where the reference can be run so; see oracle.h
  Tolerance tolerance;  // of |got - exact|, or of |got - value| where there is no exact
  bool may_share =
      true;  // memory with an argument: what is timed may only where the reference does
  std::vector<int64_t> strides = {};  // the reference's, in elements; empty: any
  std::vector<size_t> shares_with =
      {};  // earlier outputs in whose memory the reference's lies as well
  // Of a matrix' rows, [rows, 1], in place of the root mean square of all; undefined: that. A
  // program must be right also where its results are small.
  at::Tensor scale = {};
  // [elements] where the value does not hang on the last bits of anything: few of these may be off
  // by more than a tenth of themselves. Undefined: not known.
  at::Tensor steady = {};
  // The exact where the reference's own rounding may hide it, made once somebody is accused, for
  // all copies of this (oracle.h): then what is near either is right. Null: it is not to be known.
  std::shared_ptr<at::Tensor> truth = {};
};

struct Mismatch {
  std::string message;  // what, where, how much
  uint64_t count = 0;
  double worst_error = 0;   // largest |got - expected|; infinity where one is not finite
  bool other_kind = false;  // of another type or shape
};

// Says so when floating-point elements of `tensor` still hold `poison`. Integers may be equal to it
// by right.
std::optional<std::string> never_written(const at::Tensor& tensor, int poison);

// `got` and `expected` on the same device. `poison`: the byte that fresh memory was filled with,
// negative for none; elements that still hold it are named as unwritten. Layout and sharing are the
// caller's to look at.
std::optional<Mismatch> compare(const at::Tensor& got, const Expected& expected, int poison);

// Where the reference's own |error| is known for every element: the scale of rows, between what a
// row needs for an error of `honest` times its own and what all elements together have; undefined
// where rows are short. `bound` is the tolerance it will stand beside.
at::Tensor row_scale(const at::Tensor& exact, const at::Tensor& error, double honest, double bound);
// Where that error is below a thousandth of an element that is not zero; flat.
at::Tensor steady_elements(const at::Tensor& exact, const at::Tensor& error);

// Largest |got - exact| / (|exact| + rms(exact)), of finite elements of one shape: the measure that
// Tolerance bounds.
double relative_error(const at::Tensor& got, const at::Tensor& exact);

}  // namespace cudal1::evaluate
