#include "floor.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace cudal1::evaluate {

double floor_ns(const Trial& trial, double bytes_per_s, double flops_per_s) {
  if (bytes_per_s <= 0) return 0;
  uint64_t bytes = 0;
  for (const at::Tensor& tensor : tensors_of(trial.inputs)) bytes += tensor.nbytes();
  for (const Expected& output : trial.expected) bytes += output.value.nbytes();
  const double computing = flops_per_s > 0 ? trial.flops / flops_per_s : 0;
  return 1e9 * std::max(double(bytes) / bytes_per_s, computing);
}

}  // namespace cudal1::evaluate
