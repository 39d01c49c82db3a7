#include "slot_state.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "sent.h"

namespace cudal1::model {
namespace {

bool filters(const Sampling& sampling) {
  return sampling.temperature > 0 &&
         (sampling.top_k > 0 || sampling.top_p < 1 || sampling.min_p > 0);
}

void set_bits(const std::vector<Token>& tokens, int32_t* bits) {
  for (const Token token : tokens) bits[size_t(token) / 32] |= int32_t(1u << (token % 32));
}

// of(prompt, start) of every start, in their order.
template <typename T, typename Of>
at::Tensor column(std::span<const Reading> readings, at::ScalarType type, const Of& of) {
  std::vector<T> values;
  for (const Reading& reading : readings)
    for (const SlotStart& start : reading.starts) values.push_back(T(of(*reading.prompt, start)));
  return at::tensor(values, type);
}

// [starts, 4]
at::Tensor settings_of(std::span<const Reading> readings) {
  const auto field = [&](double Sampling::*member) {
    return column<float>(readings, at::kFloat, [member](const Prompt& prompt, const SlotStart&) {
      return prompt.sampling.*member;
    });
  };
  return at::stack({field(&Sampling::temperature), field(&Sampling::top_p), field(&Sampling::min_p),
                    field(&Sampling::repetition_penalty)},
                   1);
}

}  // namespace

SlotState::SlotState(const ModelConfig& config, int64_t slots, const at::Device& device)
    : vocab_(config.vocab_size) {
  const at::TensorOptions whole = at::TensorOptions(at::kInt).device(device);
  for (at::Tensor* tensor : {&sampling.top_k, &sampling.positions, &sampling.tokens})
    *tensor = at::zeros({slots}, whole);
  sampling.settings = at::ones({slots, 4}, whole.dtype(at::kFloat));
  sampling.seeds = at::zeros({slots}, whole.dtype(at::kLong));
}

void SlotState::begin(std::span<const Reading> readings, const at::Tensor& slots) {
  const auto set = [&](const at::Tensor& tensor, const at::Tensor& values) {
    tensor.index_copy_(0, slots, sent(values, tensor.device()));
  };
  const auto integers = [&](const auto& of) { return column<int32_t>(readings, at::kInt, of); };
  set(sampling.tokens,
      integers([](const Prompt& prompt, const SlotStart&) { return prompt.tokens.back(); }));
  set(sampling.positions, integers([](const Prompt& prompt, const SlotStart&) {
        return int64_t(prompt.tokens.size()) - 1;
      }));
  set(sampling.top_k,
      integers([](const Prompt& prompt, const SlotStart&) { return prompt.sampling.top_k; }));
  set(sampling.settings, settings_of(readings));
  set(sampling.seeds,
      column<int64_t>(readings, at::kLong,
                      [](const Prompt&, const SlotStart& start) { return start.seed; }));
  remember(readings, slots);
  for (const Reading& reading : readings)
    if (model::filters(reading.prompt->sampling)) filters = Filters::kSome;
}

void SlotState::remember(std::span<const Reading> readings, const at::Tensor& slots) {
  const bool wanted = std::any_of(readings.begin(), readings.end(), [](const Reading& reading) {
    return reading.prompt->sampling.repetition_penalty != 1;
  });
  const int64_t words = (vocab_ + 31) / 32;
  at::Tensor& seen = sampling.seen;
  if (wanted && !seen.defined())
    seen = at::zeros({sampling.tokens.size(0), words}, sampling.tokens.options());
  if (!seen.defined()) return;
  const at::Tensor bits = at::zeros({slots.size(0), words}, at::kInt);
  int32_t* row = bits.data_ptr<int32_t>();
  for (const Reading& reading : readings)
    for (size_t i = 0; i < reading.starts.size(); ++i, row += words)
      set_bits(reading.prompt->tokens, row);
  seen.index_copy_(0, slots, sent(bits, seen.device()));
}

}  // namespace cudal1::model
