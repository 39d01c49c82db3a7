#include "slot_state.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace cudal1::model {
namespace {

void set_bits(const std::vector<Token>& tokens, int32_t* bits) {
  for (const Token token : tokens) bits[size_t(token) / 32] |= int32_t(1u << (token % 32));
}

// Of every start, in their order.
template <typename T, typename Of>
at::Tensor column(std::span<const Reading> readings, at::ScalarType type, const Of& of) {
  std::vector<T> values;
  for (const Reading& reading : readings)
    for (const SlotStart& start : reading.starts) values.push_back(T(of(*reading.prompt, start)));
  return at::tensor(values, type);
}

}  // namespace

at::Tensor sent(const at::Tensor& host, const at::Device& device) {
  return host.to(device, /*non_blocking=*/true);
}

SlotState::SlotState(const ModelConfig& config, int64_t slots, const at::Device& device)
    : vocab_(config.vocab_size) {
  const auto all = [&](at::ScalarType type) {
    return at::zeros({slots + 1}, at::TensorOptions(type).device(device));
  };
  for (at::Tensor* tensor : {&tokens, &positions, &top_k}) *tensor = all(at::kInt);
  for (at::Tensor* tensor : {&temperature, &min_p}) *tensor = all(at::kFloat);
  for (at::Tensor* tensor : {&top_p, &repetition_penalty}) *tensor = all(at::kFloat).fill_(1);
  seed = all(at::kLong);
}

void SlotState::begin(std::span<const Reading> readings, const at::Tensor& slots) {
  const auto set = [&](at::Tensor& tensor, const at::Tensor& values) {
    tensor.index_copy_(0, slots, sent(values, tensor.device()));
  };
  const auto integers = [&](const auto& of) { return column<int32_t>(readings, at::kInt, of); };
  const auto of_sampling = [&](double Sampling::*field) {
    return column<float>(readings, at::kFloat, [field](const Prompt& prompt, const SlotStart&) {
      return prompt.sampling.*field;
    });
  };
  set(tokens,
      integers([](const Prompt& prompt, const SlotStart&) { return prompt.tokens.back(); }));
  set(positions, integers([](const Prompt& prompt, const SlotStart&) {
        return int64_t(prompt.tokens.size()) - 1;
      }));
  set(top_k,
      integers([](const Prompt& prompt, const SlotStart&) { return prompt.sampling.top_k; }));
  set(temperature, of_sampling(&Sampling::temperature));
  set(top_p, of_sampling(&Sampling::top_p));
  set(min_p, of_sampling(&Sampling::min_p));
  set(repetition_penalty, of_sampling(&Sampling::repetition_penalty));
  set(seed, column<int64_t>(readings, at::kLong,
                            [](const Prompt&, const SlotStart& start) { return start.seed; }));
  remember(readings, slots);
}

void SlotState::remember(std::span<const Reading> readings, const at::Tensor& slots) {
  const bool wanted = std::any_of(readings.begin(), readings.end(), [](const Reading& reading) {
    return reading.prompt->sampling.repetition_penalty != 1;
  });
  const int64_t words = (vocab_ + 31) / 32;
  if (wanted && !seen.defined()) seen = at::zeros({tokens.size(0), words}, tokens.options());
  if (!seen.defined()) return;
  const at::Tensor bits = at::zeros({slots.size(0), words}, at::kInt);
  int32_t* row = bits.data_ptr<int32_t>();
  for (const Reading& reading : readings)
    for (size_t i = 0; i < reading.starts.size(); ++i, row += words)
      set_bits(reading.prompt->tokens, row);
  seen.index_copy_(0, slots, sent(bits, seen.device()));
}

}  // namespace cudal1::model
