// Steps of a layer between its matrix products, with gradients. Where there are kernels (null: a
// CPU) and the shape allows 16 bytes at a time, one kernel of ours per step and direction; else
// ATen.
#pragma once

#include <ATen/core/Tensor.h>

#include "cudal1/model/config.h"
#include "cudal1/model/kernels.h"

namespace cudal1::model {

// sum = state + added (undefined: state), normed = RMSNorm(sum) * weight: all [T, hidden].
struct Normed {
  at::Tensor sum, normed;
};
Normed add_norm(const Kernels* kernels, const at::Tensor& state, const at::Tensor& added,
                const at::Tensor& weight, double epsilon);

// How far the heads of tokens are turned. Rotated are the halves of a head.
struct Rotation {
  at::Tensor positions;            // [T] int64
  at::Tensor inverse_frequencies;  // [D / 2] float32
  double scale = 1;                // of cosines and sines: YaRN
  at::Tensor cosine, sine;         // [T, D]; undefined where a kernel calculates them
};
// For heads of type `type`.
Rotation rotation_of(const Kernels* kernels, const at::Tensor& positions,
                     const at::Tensor& inverse_frequencies, double scale, at::ScalarType type,
                     const ModelConfig& config);

// q [T, H, D], k and v [T, K, D]; v may be a view of what they come from.
struct Heads {
  at::Tensor q, k, v;
};
// Of their packed projection [T, (H + 2 K) D]: queries and keys normalised head by head where there
// are weights [D] for it, then rotated.
Heads heads_of(const Kernels* kernels, const at::Tensor& qkv, const Rotation& rotation,
               const at::Tensor& q_norm, const at::Tensor& k_norm, const ModelConfig& config);

// silu(gate) * up of gate_up [T, 2 intermediate], gates first: [T, intermediate].
at::Tensor swiglu(const Kernels* kernels, const at::Tensor& gate_up);

}  // namespace cudal1::model
