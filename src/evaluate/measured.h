// From comparisons to what a verdict tells of them.
#pragma once

#include <string>

#include "cudal1/evaluate/verdict.h"

namespace cudal1::evaluate {

constexpr double kIndifference = 0.01;  // CUDA-L1 counts a speedup from 1.01× on

// The figures that every comparison has, on whatever device.
Measurement measured(measure::Comparison comparison);

// Of the reference against itself; 0 where so few pairs tell nothing, as of programs that take
// long.
double noise_floor_of(const measure::Interval& against_itself, size_t pairs);

// What the reference against itself says of this machine now: it may take a decision back.
void apply_noise_floor(Measurement& measurement, double noise_floor);

ShapeTiming shape_of(const std::string& function, const Measurement& measurement);

}  // namespace cudal1::evaluate
