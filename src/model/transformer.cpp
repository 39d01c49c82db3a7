#include "cudal1/model/transformer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "cudal1/model/lora.h"
#include "cudal1/model/training.h"
#include "fused.h"
#include "rope.h"

namespace cudal1::model {

Transformer::Transformer(ModelConfig config, Weights weights)
    : kernels_(weights.embedding.is_cuda() ? Kernels::open() : nullptr),
      config_(std::move(config)),
      weights_(std::move(weights)) {
  const RopeTable table = rope_table(config_);
  inverse_frequencies_ =
      at::tensor(table.inverse_frequencies, at::kFloat).to(weights_.embedding.device());
  rotation_scale_ = table.scale;
}

at::Tensor Transformer::hidden(const at::Tensor& tokens, const at::Tensor& positions,
                               const Attend& attend, Activations activations) const {
  const Rotation rotation = rotation_of(kernels(), positions, inverse_frequencies_, rotation_scale_,
                                        weights_.embedding.scalar_type(), config_);
  Stream stream{at::embedding(weights_.embedding, tokens), {}};
  // Layers that are run again get gradients only below an input that asks for one: also where the
  // embedding is frozen.
  if (activations == Activations::kRecomputed && at::GradMode::is_enabled() &&
      !stream.state.requires_grad())
    stream.state.set_requires_grad(true);
  for (int64_t i = 0; i < config_.layers; ++i)
    stream = activations == Activations::kRecomputed ? layer_again(i, stream, rotation, attend)
                                                     : layer(i, stream, rotation, attend);
  return add_norm(kernels(), stream.state, stream.added, weights_.norm, config_.norm_epsilon)
      .normed;
}

at::Tensor Transformer::logits(const at::Tensor& rows) const {
  return at::linear(rows, weights_.head);
}

Transformer::Stream Transformer::layer(int64_t index, const Stream& input, const Rotation& rotation,
                                       const Attend& attend) const {
  const LayerWeights& w = weights_.layers[size_t(index)];
  const double epsilon = config_.norm_epsilon;
  const auto [state, normed] = add_norm(kernels(), input.state, input.added, w.input_norm, epsilon);
  const at::Tensor qkv = projected(normed, w.qkv, w.qkv_bias, w.qkv_adapter);
  const auto [q, k, v] = heads_of(kernels(), qkv, rotation, w.q_norm, w.k_norm, config_);
  const at::Tensor seen = attend(index, q, k, v).flatten(1);

  const at::Tensor attended = projected(seen, w.output, w.output_bias, w.output_adapter);
  const auto [both, again] = add_norm(kernels(), state, attended, w.post_norm, epsilon);
  const at::Tensor gate_up = projected(again, w.gate_up, w.gate_up_bias, w.gate_up_adapter);
  return {both, projected(swiglu(kernels(), gate_up), w.down, w.down_bias, w.down_adapter)};
}

// The layer, computed again for its gradient.
Transformer::Stream Transformer::layer_again(int64_t index, const Stream& input,
                                             const Rotation& rotation, const Attend& attend) const {
  const auto run = [this, index, rotation, attend](const std::vector<at::Tensor>& in) {
    const Stream out =
        layer(index, {in[0], in.size() > 1 ? in[1] : at::Tensor()}, rotation, attend);
    return std::vector{out.state, out.added};
  };
  const auto out = recomputed(run, input.added.defined() ? std::vector{input.state, input.added}
                                                         : std::vector{input.state});
  return {out[0], out[1]};
}

}  // namespace cudal1::model
