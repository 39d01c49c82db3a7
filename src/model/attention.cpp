#include "cudal1/model/attention.h"

#include <ATen/ATen.h>

#include "cudal1/core/assert.h"

namespace cudal1::model {
namespace {

std::optional<int64_t> window_of(const ModelConfig& config, int64_t layer) {
  const bool slides = !config.sliding_layers.empty() && config.sliding_layers[size_t(layer)];
  return slides ? config.sliding_window : std::nullopt;
}

// [length, length]: what a token sees of itself and the `window - 1` before it.
at::Tensor sliding_mask(int64_t length, int64_t window, const at::Device& device) {
  const at::Tensor all = at::ones({length, length}, at::TensorOptions(at::kBool).device(device));
  return all.tril().logical_and_(all.triu(1 - window));
}

// One sequence: q [T, H, D], k and v [T, K, D] → [T, H, D].
at::Tensor attend_once(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                       std::optional<int64_t> window) {
  const auto batched = [](const at::Tensor& heads) { return heads.transpose(0, 1).unsqueeze(0); };
  const bool slides = window && *window < q.size(0);
  const std::optional<at::Tensor> mask =
      slides ? std::optional(sliding_mask(q.size(0), *window, q.device())) : std::nullopt;
  return at::scaled_dot_product_attention(batched(q), batched(k), batched(v), mask, 0.0,
                                          /*is_causal=*/!slides, std::nullopt,
                                          /*enable_gqa=*/q.size(1) != k.size(1))
      .squeeze(0)
      .transpose(0, 1);
}

at::Tensor attend_packed(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                         const std::vector<int64_t>& lengths, std::optional<int64_t> window) {
  if (lengths.size() == 1) return attend_once(q, k, v, window);
  std::vector<at::Tensor> seen;
  int64_t begin = 0;
  for (const int64_t length : lengths) {
    const auto part = [&](const at::Tensor& all) { return all.narrow(0, begin, length); };
    seen.push_back(attend_once(part(q), part(k), part(v), window));
    begin += length;
  }
  return at::cat(seen);
}

}  // namespace

Attend packed_attention(const ModelConfig& config, std::vector<int64_t> lengths) {
  return [&config, lengths = std::move(lengths)](int64_t layer, const at::Tensor& q,
                                                 const at::Tensor& k, const at::Tensor& v) {
    return attend_packed(q, k, v, lengths, window_of(config, layer));
  };
}

KeyValues::KeyValues(const ModelConfig& config, int64_t slots, int64_t length,
                     const at::TensorOptions& options)
    : config_(config), slots_(slots), length_(length) {
  for (int64_t i = 0; i < config.layers; ++i)
    for (auto* all : {&keys_, &values_})
      all->push_back(at::zeros({slots, length, config.kv_heads, config.head_dim}, options));
}

void KeyValues::copy(int64_t from, const std::vector<int64_t>& to, int64_t length) {
  if (to.empty()) return;
  const at::Tensor slots = at::tensor(to, at::kLong).to(keys_[0].device());
  for (const auto* all : {&keys_, &values_})
    for (const at::Tensor& layer : *all) {
      const at::Tensor kept = layer.narrow(1, 0, length);
      kept.index_copy_(0, slots,
                       kept.narrow(0, from, 1).expand_as(kept.narrow(0, 0, int64_t(to.size()))));
    }
}

Attend KeyValues::prefill(std::vector<int64_t> lengths, std::vector<int64_t> slots) {
  CUDAL1_ASSERT(lengths.size() == slots.size());
  return [this, lengths = std::move(lengths), slots = std::move(slots)](
             int64_t layer, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    int64_t begin = 0;
    for (size_t i = 0; i < lengths.size(); ++i) {
      for (const auto& [all, part] : {std::pair{&keys_, &k}, {&values_, &v}})
        (*all)[size_t(layer)][slots[i]]
            .narrow(0, 0, lengths[i])
            .copy_(part->narrow(0, begin, lengths[i]));
      begin += lengths[i];
    }
    return attend_packed(q, k, v, lengths, window_of(config_, layer));
  };
}

Attend KeyValues::decode(const at::Tensor& slots, const at::Tensor& positions, int64_t longest) {
  const at::Tensor columns = at::arange(longest, positions.options()).unsqueeze(0);
  const at::Tensor rows = positions.unsqueeze(1);
  const at::Tensor causal = columns.le(rows);  // [batch, longest]
  return [=, this](int64_t layer, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    const at::Tensor& keys = keys_[size_t(layer)];
    const at::Tensor& values = values_[size_t(layer)];
    keys.index_put_({slots, positions}, k);
    values.index_put_({slots, positions}, v);
    const auto window = window_of(config_, layer);
    const at::Tensor mask = window ? causal.logical_and(columns.gt(rows - *window)) : causal;
    const auto kept = [&](const at::Tensor& all) {
      return all.narrow(1, 0, longest).index_select(0, slots).transpose(1, 2);
    };
    return at::scaled_dot_product_attention(q.unsqueeze(2), kept(keys), kept(values),
                                            mask.unsqueeze(1).unsqueeze(1), 0.0,
                                            /*is_causal=*/false, std::nullopt,
                                            /*enable_gqa=*/q.size(1) != k.size(1))
        .squeeze(2);
  };
}

}  // namespace cudal1::model
