// How wrong may a result be? Where the reference is nothing but ATen operators it can be run in double precision: that is
// the truth, and the reference's own distance from it the measure of an honest error.
#pragma once

#include "bench.h"

namespace cudal1::evaluate {

// Gives the trial's floating-point outputs their exact values, and float32 ones a tolerance that a computation on inputs
// rounded to 10 bits of mantissa (TF32, half) does not meet, wherever that can be told from the reference's own error.
// Leaves them as they are where the reference has kernels of its own, chooses types itself, draws random numbers, or is
// large.
void sharpen(Trial& trial, Runnable& reference, const Bench& bench);

}  // namespace cudal1::evaluate
