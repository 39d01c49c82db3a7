// The forward pass of Qwen2, Qwen3 and Llama-3 models over tokens of any number of sequences, one
// after the other. What keys and values a token sees is the caller's affair (attention.h).
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

#include "cudal1/model/weights.h"

namespace cudal1::model {

// Of one layer, on its rotated and normalised queries [T, H, D], keys and values [T, K, D]; returns
// [T, H, D].
using Attend = std::function<at::Tensor(int64_t layer, const at::Tensor& q, const at::Tensor& k,
                                        const at::Tensor& v)>;

// [T, D] cosines and sines of positions [T]; float32, on their device. Rotated are the halves of a
// head.
struct Rotation {
  at::Tensor cosine, sine;
};

// What a gradient needs of a layer: kept, or made again from the layer's input.
enum class Activations { kKept, kRecomputed };

class Transformer {
 public:
  Transformer(ModelConfig config, Weights weights);

  // tokens, positions: [T] int64 on the weights' device. Returns [T, hidden], normalised: what the
  // head takes.
  at::Tensor hidden(const at::Tensor& tokens, const at::Tensor& positions, const Attend& attend,
                    Activations activations = Activations::kKept) const;
  // Of rows [N, hidden]: [N, vocab], in the weights' type.
  at::Tensor logits(const at::Tensor& rows) const;

  const ModelConfig& config() const { return config_; }
  const Weights& weights() const { return weights_; }

 private:
  Rotation rotation(const at::Tensor& positions) const;
  at::Tensor layer(int64_t index, const at::Tensor& input, const Rotation& rotation,
                   const Attend& attend) const;

  ModelConfig config_;
  Weights weights_;
  at::Tensor inverse_frequencies_;  // [D / 2] float32
  double rotation_scale_ = 1;       // of cosines and sines: YaRN
};

}  // namespace cudal1::model
