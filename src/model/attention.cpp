#include "cudal1/model/attention.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <memory>

#include "cudal1/core/assert.h"
#include "sent.h"

namespace cudal1::model {
namespace {

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

// One after the other: q [T, H, D], k and v [T, K, D] → [T, H, D].
at::Tensor attend_each(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
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

// Sequences of these lengths, one after the other. Copies share what is on the device: it is made
// once for all layers.
class Packing {
 public:
  explicit Packing(std::vector<int64_t> lengths)
      : lengths_(std::move(lengths)), begins_(std::make_shared<at::Tensor>()) {
    for (const int64_t length : lengths_) longest_ = std::max(longest_, length);
  }

  const std::vector<int64_t>& lengths() const { return lengths_; }

  at::Tensor attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                    std::optional<int64_t> window) const {
    return flash(q) ? attend_all(q, k, v, window) : attend_each(q, k, v, lengths_, window);
  }

  // As attend(); faster where sequences are equally long. It makes a plan for every new shape,
  // which pays where the same come again and again.
  at::Tensor attend_often(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                          std::optional<int64_t> window) const {
    const bool whole = !window || *window >= longest_;
    return flash(q) && whole && square() ? attend_square(q, k, v) : attend(q, k, v, window);
  }

 private:
  // What FlashAttention takes (Dao 2023). A single token attends to itself in a layout of its own,
  // of which there is no gradient.
  bool flash(const at::Tensor& q) const {
    const auto type = q.scalar_type();
    return q.is_cuda() && (type == at::kHalf || type == at::kBFloat16) && q.size(2) <= 256 &&
           q.size(2) % 8 == 0 && longest_ > 1;
  }

  // Several sequences of one length. cuDNN has no order of summation to rely on.
  bool square() const {
    return lengths_.size() > 1 && std::ranges::count(lengths_, longest_) == std::ssize(lengths_) &&
           at::globalContext().hasCuDNN() && !at::globalContext().deterministicAlgorithms();
  }

  // On an H200, 32 sequences of 1024 in 14 heads of 64: 0.83 ms forward and backward,
  // FlashAttention 1.31 ms.
  at::Tensor attend_square(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) const {
    const auto batched = [this](const at::Tensor& heads) {
      return heads.unflatten(0, {std::ssize(lengths_), longest_}).transpose(1, 2);
    };
    const at::Tensor seen = std::get<0>(at::_scaled_dot_product_cudnn_attention(
        batched(q), batched(k), batched(v), /*attn_bias=*/{},
        /*compute_log_sumexp=*/at::GradMode::is_enabled(), /*dropout_p=*/0.0, /*is_causal=*/true));
    return seen.transpose(1, 2).flatten(0, 1);
  }

  // All in one call. Deterministic where torch is told to be.
  at::Tensor attend_all(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                        std::optional<int64_t> window) const {
    const at::Tensor begins = begins_on(q.device());
    std::optional<int64_t> left, right;  // positions that are seen before and after one's own
    if (window && *window < longest_) left = *window - 1, right = 0;
    return std::get<0>(at::_flash_attention_forward(
        q, k, v, begins, begins, longest_, longest_, /*dropout_p=*/0.0, /*is_causal=*/true,
        /*return_debug_mask=*/false, /*scale=*/std::optional<double>(), left, right));
  }

  // [sequences + 1] int32: where they begin, and the end.
  const at::Tensor& begins_on(const at::Device& device) const {
    if (begins_->defined()) return *begins_;
    std::vector<int32_t> begins = {0};
    for (const int64_t length : lengths_) begins.push_back(begins.back() + int32_t(length));
    *begins_ = sent(at::tensor(begins, at::kInt), device);
    return *begins_;
  }

  std::vector<int64_t> lengths_;
  int64_t longest_ = 0;
  std::shared_ptr<at::Tensor> begins_;
};

}  // namespace

std::optional<int64_t> window_of(const ModelConfig& config, int64_t layer) {
  const bool slides = !config.sliding_layers.empty() && config.sliding_layers[size_t(layer)];
  return slides ? config.sliding_window : std::nullopt;
}

Attend packed_attention(const ModelConfig& config, std::vector<int64_t> lengths) {
  return [&config, packing = Packing(std::move(lengths))](
             int64_t layer, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    return packing.attend_often(q, k, v, window_of(config, layer));
  };
}

KeyValues::KeyValues(const ModelConfig& config, int64_t slots, int64_t length,
                     const at::TensorOptions& options)
    : config_(config), length_(length) {
  for (int64_t i = 0; i < config.layers; ++i)
    for (auto* all : {&keys_, &values_})
      all->push_back(at::zeros({slots, length, config.kv_heads, config.head_dim}, options));
}

void KeyValues::copy(int64_t from, const std::vector<int64_t>& to, int64_t length) {
  if (to.empty()) return;
  const at::Tensor slots = sent(at::tensor(to, at::kLong), keys_[0].device());
  for (const auto* all : {&keys_, &values_})
    for (const at::Tensor& layer : *all) {
      const at::Tensor kept = layer.narrow(1, 0, length);
      kept.index_copy_(0, slots,
                       kept.narrow(0, from, 1).expand_as(kept.narrow(0, 0, int64_t(to.size()))));
    }
}

Attend KeyValues::prefill(std::vector<int64_t> lengths, std::vector<int64_t> slots) {
  CUDAL1_ASSERT(lengths.size() == slots.size());
  std::vector<int64_t> places;  // of every token in all slots' positions
  for (size_t i = 0; i < lengths.size(); ++i)
    for (int64_t at = 0; at < lengths[i]; ++at) places.push_back(slots[i] * length_ + at);
  const at::Tensor where = sent(at::tensor(places, at::kLong), keys_[0].device());
  return [this, packing = Packing(std::move(lengths)), where](
             int64_t layer, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    keys_[size_t(layer)].flatten(0, 1).index_copy_(0, where, k);
    values_[size_t(layer)].flatten(0, 1).index_copy_(0, where, v);
    return packing.attend(q, k, v, window_of(config_, layer));
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
