// How wrong may a result be? Where the reference is nothing but ATen operators it can be run in
// double precision: that is the truth, and the reference's own distance from it the measure of an
// honest error.
#pragma once

#include "bench.h"

namespace cudal1::evaluate {

// Gives the trial's floating-point outputs their exact values where those differ, and float32 ones
// a tolerance that a computation on inputs rounded to 10 bits of mantissa (TF32, half) does not
// meet, wherever that can be told from the reference's own error. Where terms cancel, the tolerance
// grows with the error that rounding makes. A reference with kernels of its own cannot be widened:
// there only that is looked for. Left as they are: references that choose types themselves, draw
// random numbers, or are large and in single precision. `made`: the outputs, still where the
// reference made them.
void sharpen(Trial& trial, const std::vector<at::Tensor>& made, Runnable& reference,
             const Bench& bench);

}  // namespace cudal1::evaluate
