#include "decode_step.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "fused.h"
#include "kernel_name.h"
#include "skinny_linear.h"

namespace cudal1::model {
bool decodes(const Transformer& transformer) {
  const ModelConfig& config = transformer.config();
  const int64_t bytes = transformer.weights().embedding.element_size();
  const auto whole = [&](int64_t width, int64_t unit) { return width * bytes % unit == 0; };
  if (transformer.weights().adapter) return false;  // they have no place in the kernels
  return transformer.kernels() && draws_from(config.vocab_size) && whole(config.head_dim, 32) &&
         config.head_dim * bytes <= 512 && whole(config.hidden_size, 16) &&
         whole(config.intermediate_size, 16);
}

DecodeStep::DecodeStep(const Transformer& transformer, const KeyValues& keys_values,
                       const SlotState& state, int64_t rows)
    : transformer_(transformer),
      kernels_(*transformer.kernels()),
      keys_values_(keys_values),
      state_(state) {
  const at::TensorOptions options = transformer.weights().embedding.options();
  // Not of the length that others happen to need: how sequences are split decides the last bits.
  workspace_ =
      decode_workspace(kernels_, heads(0), rows, transformer.config().max_positions, options);
  drawn_ = drawn_rows(kernels_, rows, transformer.config().vocab_size, options.device());
}

void DecodeStep::run(const at::Tensor& slots) const {
  sample(kernels_, logits(slots), slots, state_.sampling, state_.filters, drawn_);
}

at::Tensor DecodeStep::logits(const at::Tensor& slots) const {
  const at::Tensor state = embedded(slots);
  const auto& layers = transformer_.weights().layers;
  const bool few = std::ranges::all_of(layers, [&](const LayerWeights& w) {
    return fits_skinny_linear(w.down, slots.size(0)) && fits_skinny_linear(w.qkv, slots.size(0));
  });
  return few ? few_logits(state, slots) : many_logits(state, slots);
}

at::Tensor DecodeStep::embedded(const at::Tensor& slots) const {
  const at::Tensor& embedding = transformer_.weights().embedding;
  const int64_t width = embedding.size(1);
  const at::Tensor state = at::empty({slots.size(0), width}, embedding.options());
  launch(kernels_, "embed", kernel_name("embed_2", embedding.scalar_type()),
         {{uint32_t(slots.size(0)), 1, 1}, {128, 1, 1}}, slots.const_data_ptr(),
         static_cast<const void*>(state_.sampling.tokens.const_data_ptr()),
         embedding.const_data_ptr(), state.mutable_data_ptr(), int(width));
  return state;
}

DecodeHeads DecodeStep::heads(int64_t layer) const {
  const ModelConfig& config = transformer_.config();
  const LayerWeights& w = transformer_.weights().layers[size_t(layer)];
  return {config.heads,
          config.kv_heads,
          config.head_dim,
          window_of(config, layer),
          transformer_.inverse_frequencies(),
          transformer_.rotation_scale(),
          w.q_norm,
          w.k_norm,
          config.norm_epsilon};
}

at::Tensor DecodeStep::attended(int64_t layer, const at::Tensor& qkv,
                                const at::Tensor& slots) const {
  const ModelConfig& config = transformer_.config();
  const at::Tensor out = at::empty({qkv.size(0), config.heads * config.head_dim}, qkv.options());
  decode_attention(kernels_, heads(layer), workspace_, qkv, slots, state_.sampling.positions,
                   keys_values_.keys(layer), keys_values_.values(layer), out);
  return out;
}

// Five kernels a layer.
at::Tensor DecodeStep::few_logits(at::Tensor state, const at::Tensor& slots) const {
  const Weights& weights = transformer_.weights();
  const double epsilon = transformer_.config().norm_epsilon;
  const auto onto = [&](const at::Tensor& y, const SkinnyLinear& linear, Then then,
                        const at::Tensor& x) {
    skinny_linear(kernels_, linear, then, x, y);
    return y;
  };
  const auto fresh = [&](int64_t width) {
    return at::empty({state.size(0), width}, state.options());
  };
  for (size_t i = 0; i < weights.layers.size(); ++i) {
    const LayerWeights& w = weights.layers[i];
    const at::Tensor qkv =
        onto(fresh(w.qkv.size(0)), {w.qkv, w.qkv_bias, w.input_norm, epsilon}, Then::kStore, state);
    onto(state, {w.output, w.output_bias}, Then::kAdd, attended(int64_t(i), qkv, slots));
    const at::Tensor gated =
        onto(fresh(w.down.size(1)), {w.gate_up, w.gate_up_bias, w.post_norm, epsilon},
             Then::kSwiglu, state);
    onto(state, {w.down, w.down_bias}, Then::kAdd, gated);
  }
  return onto(fresh(weights.head.size(0)), {weights.head, {}, weights.norm, epsilon}, Then::kStore,
              state);
}

at::Tensor DecodeStep::many_logits(at::Tensor state, const at::Tensor& slots) const {
  const Weights& weights = transformer_.weights();
  const double epsilon = transformer_.config().norm_epsilon;
  at::Tensor added;
  for (size_t i = 0; i < weights.layers.size(); ++i) {
    const LayerWeights& w = weights.layers[i];
    const Normed in = add_norm(&kernels_, state, added, w.input_norm, epsilon);
    const at::Tensor qkv = at::linear(in.normed, w.qkv, w.qkv_bias);
    const at::Tensor seen = at::linear(attended(int64_t(i), qkv, slots), w.output, w.output_bias);
    const Normed middle = add_norm(&kernels_, in.sum, seen, w.post_norm, epsilon);
    const at::Tensor gated =
        swiglu(&kernels_, at::linear(middle.normed, w.gate_up, w.gate_up_bias));
    added = at::linear(gated, w.down, w.down_bias);
    state = middle.sum;
  }
  return transformer_.logits(add_norm(&kernels_, state, added, weights.norm, epsilon).normed);
}

}  // namespace cudal1::model
