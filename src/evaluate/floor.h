// The roofline of a task: what no program that does its work can be faster than.
#pragma once

#include "bench.h"

namespace cudal1::evaluate {

// Nanoseconds: each input and each output moved once at `bytes_per_s`, or the reference's matrix
// products and convolutions in single precision done at `flops_per_s`, whichever takes longer. 0
// where `bytes_per_s` is unknown.
double floor_ns(const Trial& trial, double bytes_per_s, double flops_per_s);

}  // namespace cudal1::evaluate
