// What a GPU knows of the texts that it draws tokens for, by slot.
#pragma once

#include <ATen/core/Tensor.h>

#include "decoder.h"
#include "device_sampling.h"

namespace cudal1::model {

struct SlotState {
  SlotState(const ModelConfig& config, int64_t slots, const at::Device& device);

  // As if each prompt's last token had just been drawn. `slots`: those of all starts, on the
  // device.
  void begin(std::span<const Reading> readings, const at::Tensor& slots);

  SlotSampling sampling;  // `seen` is undefined until a text is penalised
  Filters filters = Filters::kNone;

 private:
  void remember(std::span<const Reading> readings, const at::Tensor& slots);
  int64_t vocab_;
};

}  // namespace cudal1::model
