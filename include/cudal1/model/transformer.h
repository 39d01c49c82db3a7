// The forward pass of Qwen2, Qwen3 and Llama-3 models over tokens of any number of sequences, one
// after the other. What keys and values a token sees is the caller's affair (attention.h).
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>

#include "cudal1/model/kernels.h"
#include "cudal1/model/weights.h"

namespace cudal1::model {

// Of one layer, on its rotated and normalised queries [T, H, D], keys and values [T, K, D]; returns
// [T, H, D].
using Attend = std::function<at::Tensor(int64_t layer, const at::Tensor& q, const at::Tensor& k,
                                        const at::Tensor& v)>;

// What a gradient needs of a layer: kept, or made again from the layer's input.
enum class Activations { kKept, kRecomputed };

struct Rotation;

class Transformer {
 public:
  // Opens the project's kernels where the weights are on a GPU.
  Transformer(ModelConfig config, Weights weights);

  // tokens, positions: [T] int64 on the weights' device. Returns [T, hidden], normalised: what the
  // head takes.
  at::Tensor hidden(const at::Tensor& tokens, const at::Tensor& positions, const Attend& attend,
                    Activations activations = Activations::kKept) const;
  // Of rows [N, hidden]: [N, vocab], in the weights' type.
  at::Tensor logits(const at::Tensor& rows) const;

  const ModelConfig& config() const { return config_; }
  const Weights& weights() const { return weights_; }
  const at::Tensor& inverse_frequencies() const { return inverse_frequencies_; }  // [D / 2] float32
  double rotation_scale() const { return rotation_scale_; }  // of cosines and sines: YaRN
  const Kernels* kernels() const { return kernels_.get(); }  // null on a CPU

 private:
  // Between layers: what the residual stream is, and what the last layer has yet to add to it
  // (undefined before the first): the addition is one step with the norm that follows.
  struct Stream {
    at::Tensor state, added;
  };
  Stream layer(int64_t index, const Stream& input, const Rotation& rotation,
               const Attend& attend) const;
  Stream layer_again(int64_t index, const Stream& input, const Rotation& rotation,
                     const Attend& attend) const;

  std::shared_ptr<const Kernels> kernels_;
  ModelConfig config_;
  Weights weights_;
  at::Tensor inverse_frequencies_;
  double rotation_scale_ = 1;
};

}  // namespace cudal1::model
