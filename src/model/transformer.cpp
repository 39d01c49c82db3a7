#include "cudal1/model/transformer.h"

#include <ATen/ATen.h>

#include "cudal1/model/lora.h"
#include "cudal1/model/training.h"
#include "rope.h"

namespace cudal1::model {
namespace {

// [T, heads, D] turned by [T, D]: the pair of dimension i is i and i + D / 2.
at::Tensor rotated(const at::Tensor& heads, const Rotation& rotation) {
  const auto halves = heads.chunk(2, -1);
  const at::Tensor turned = at::cat({halves[1].neg(), halves[0]}, -1);
  return heads * rotation.cosine.unsqueeze(1) + turned * rotation.sine.unsqueeze(1);
}

}  // namespace

Transformer::Transformer(ModelConfig config, Weights weights)
    : config_(std::move(config)), weights_(std::move(weights)) {
  const RopeTable table = rope_table(config_);
  inverse_frequencies_ =
      at::tensor(table.inverse_frequencies, at::kFloat).to(weights_.embedding.device());
  rotation_scale_ = table.scale;
}

// In single precision, then as wide as the weights.
Rotation Transformer::rotation(const at::Tensor& positions) const {
  const at::Tensor angles = at::outer(positions.to(at::kFloat), inverse_frequencies_);  // [T, D/2]
  const at::Tensor both = at::cat({angles, angles}, -1);
  const auto type = weights_.embedding.scalar_type();
  return {both.cos().mul(rotation_scale_).to(type), both.sin().mul(rotation_scale_).to(type)};
}

at::Tensor Transformer::hidden(const at::Tensor& tokens, const at::Tensor& positions,
                               const Attend& attend, Activations activations) const {
  const Rotation turn = rotation(positions);
  at::Tensor state = at::embedding(weights_.embedding, tokens);
  for (int64_t i = 0; i < config_.layers; ++i) {
    const auto run = [this, i, turn, attend](const at::Tensor& input) {
      return layer(i, input, turn, attend);
    };
    state = activations == Activations::kRecomputed ? recomputed(run, state) : run(state);
  }
  return at::rms_norm(state, {config_.hidden_size}, weights_.norm, config_.norm_epsilon);
}

at::Tensor Transformer::logits(const at::Tensor& rows) const {
  return at::linear(rows, weights_.head);
}

at::Tensor Transformer::layer(int64_t index, const at::Tensor& input, const Rotation& rotation,
                              const Attend& attend) const {
  const LayerWeights& w = weights_.layers[size_t(index)];
  const int64_t heads = config_.heads, kv = config_.kv_heads, dim = config_.head_dim;
  const double epsilon = config_.norm_epsilon;
  const at::Tensor normed = at::rms_norm(input, {config_.hidden_size}, w.input_norm, epsilon);
  const auto parts = projected(normed, w.qkv, w.qkv_bias, w.qkv_adapter)
                         .unflatten(-1, {heads + 2 * kv, dim})
                         .split_with_sizes({heads, kv, kv}, 1);
  at::Tensor q = parts[0], k = parts[1];
  if (config_.qk_norm) {
    q = at::rms_norm(q, {dim}, w.q_norm, epsilon);
    k = at::rms_norm(k, {dim}, w.k_norm, epsilon);
  }
  const at::Tensor seen = attend(index, rotated(q, rotation), rotated(k, rotation), parts[2]);
  const at::Tensor attended =
      input + projected(seen.flatten(1), w.output, w.output_bias, w.output_adapter);

  const at::Tensor again = at::rms_norm(attended, {config_.hidden_size}, w.post_norm, epsilon);
  const auto gate_up = projected(again, w.gate_up, w.gate_up_bias, w.gate_up_adapter).chunk(2, -1);
  return attended +
         projected(at::silu(gate_up[0]) * gate_up[1], w.down, w.down_bias, w.down_adapter);
}

}  // namespace cudal1::model
