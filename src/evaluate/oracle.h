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
// random numbers, or are large. `made`: the outputs, still where the reference made them. Outputs
// in half precision whose exact values are not known now may be asked for by find_truth().
void sharpen(Trial& trial, const std::vector<at::Tensor>& made, Runnable& reference,
             const Bench& bench);

// A reference that rounds every step to half precision is far off where terms cancel, and who is
// nearer to the truth must not be accused for it. True when that is known now and was not before:
// `got`, found wrong, is to be compared again. Costs nothing for those that pass, nor for those
// whose output `output` as a whole is something else.
bool find_truth(const Trial& trial, size_t output, const at::Tensor& got, Runnable& reference,
                const Bench& bench);

}  // namespace cudal1::evaluate
