// What a token sees: its own sequence up to itself, computed from packed tokens or kept from
// earlier calls.
#pragma once

#include <optional>
#include <vector>

#include "cudal1/model/transformer.h"

namespace cudal1::model {

// Positions that a token of a layer sees, itself included; none: all.
std::optional<int64_t> window_of(const ModelConfig& config, int64_t layer);

// Sequences of these lengths, one after the other, each for itself. With gradients.
Attend packed_attention(const ModelConfig& config, std::vector<int64_t> lengths);

// Keys and values of sequences that grow. A sequence lies in a slot.
class KeyValues {
 public:
  KeyValues(const ModelConfig& config, int64_t slots, int64_t length,
            const at::TensorOptions& options);

  // Of a layer: [slots, length, K, D].
  const at::Tensor& keys(int64_t layer) const { return keys_[size_t(layer)]; }
  const at::Tensor& values(int64_t layer) const { return values_[size_t(layer)]; }
  // The first `length` positions of slot `from` also in slots `to`.
  void copy(int64_t from, const std::vector<int64_t>& to, int64_t length);

  // New sequences of these lengths, packed; sequence i is kept in slot `slots[i]`.
  Attend prefill(std::vector<int64_t> lengths, std::vector<int64_t> slots);
  // One further token for each of slots [N], at positions [N] (both int64, on the device);
  // `longest` is the greatest position + 1.
  Attend decode(const at::Tensor& slots, const at::Tensor& positions, int64_t longest);

 private:
  const ModelConfig& config_;
  int64_t length_;                         // positions that a slot has room for
  std::vector<at::Tensor> keys_, values_;  // per layer [slots, length, K, D]
};

}  // namespace cudal1::model
