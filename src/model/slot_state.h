// What a GPU knows of the texts that it draws tokens for, by slot.
#pragma once

#include <ATen/core/Tensor.h>

#include "decoder.h"

namespace cudal1::model {

// There is one slot more than asked for: where steps of fewer texts than they were made for do no
// harm.
struct SlotState {
  SlotState(const ModelConfig& config, int64_t slots, const at::Device& device);

  // As if each prompt's last token had just been drawn. `slots`: those of all starts, on the
  // device.
  void begin(std::span<const Reading> readings, const at::Tensor& slots);

  at::Tensor tokens, positions;                              // int32: of the last token
  at::Tensor temperature, top_p, min_p, repetition_penalty;  // float32
  at::Tensor top_k;                                          // int32
  at::Tensor seed;                                           // int64
  at::Tensor seen;  // int32 [slots + 1, ceil(vocab / 32)]: a bit for each token that occurred;
                    // undefined until a text is penalised for them

 private:
  void remember(std::span<const Reading> readings, const at::Tensor& slots);
  int64_t vocab_;
};

// On the device when the current stream gets there.
at::Tensor sent(const at::Tensor& host, const at::Device& device);

}  // namespace cudal1::model
