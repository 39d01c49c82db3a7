#include "learner.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

#include "cudal1/model/attention.h"
#include "cudal1/model/lora.h"
#include "cudal1/model/training.h"

namespace cudal1::train {
namespace {

model::Weights with_gradients(model::Weights weights) {
  for (at::Tensor& parameter : model::trained_of(weights)) parameter.set_requires_grad(true);
  return weights;
}

// From pinned memory, so that the copy goes on while the next work is queued.
template <typename T>
at::Tensor moved(const std::vector<T>& values, const at::Device& device) {
  const auto options = at::TensorOptions(c10::CppTypeToScalarType<T>::value);
  const at::Tensor host =
      at::empty({int64_t(values.size())}, options.pinned_memory(device.is_cuda()));
  std::ranges::copy(values, host.data_ptr<T>());
  return host.to(at::TensorOptions(device), /*non_blocking=*/true);
}

// A micro-batch as the model reads it.
struct Packed {
  std::vector<int64_t> lengths;
  at::Tensor tokens, positions;          // [T]
  at::Tensor learned, targets, weights;  // [N]: which of them have a next token to be learned
};

Packed packed(const MicroBatch& batch, const at::Device& device) {
  std::vector<int64_t> tokens, positions, learned, targets, lengths;
  std::vector<float> weights;
  for (const Sequence& sequence : batch.sequences) {
    const size_t length = sequence.weights.size(), begin = tokens.size();
    lengths.push_back(int64_t(length));
    tokens.insert(tokens.end(), sequence.tokens.begin(), sequence.tokens.end() - 1);
    for (size_t i = 0; i < length; ++i) {
      positions.push_back(int64_t(i));
      if (sequence.weights[i] == 0) continue;
      learned.push_back(int64_t(begin + i));
      targets.push_back(sequence.tokens[i + 1]);
      weights.push_back(sequence.weights[i]);
    }
  }
  return {lengths,
          moved(tokens, device),
          moved(positions, device),
          moved(learned, device),
          moved(targets, device),
          moved(weights, device)};
}

// Summed up as a double where the loss itself is one number of single precision.
void add(at::Tensor& sum, const at::Tensor& part) {
  const at::Tensor wide = part.detach().to(at::kDouble);
  sum = sum.defined() ? sum + wide : wide;
}

}  // namespace

at::Tensor cross_entropy(const at::Tensor& logprobs, const at::Tensor& weights) {
  return -(logprobs * weights).sum();
}

Learner::Learner(model::ModelConfig shape, model::Weights weights, const TrainConfig& config)
    : transformer_(std::move(shape), with_gradients(std::move(weights))),
      moments_(model::trained_of(transformer_.weights()), config),
      activations_(config.recompute ? model::Activations::kRecomputed : model::Activations::kKept),
      start_(config.start.string()) {}

// What has no weight is read but has no logits: prompts cost no product with the vocabulary.
at::Tensor Learner::objective_of(const MicroBatch& batch, const Objective& objective) const {
  const Packed in = packed(batch, transformer_.weights().embedding.device());
  const at::Tensor hidden =
      transformer_.hidden(in.tokens, in.positions,
                          model::packed_attention(transformer_.config(), in.lengths), activations_);
  // What all are learned from needs no selection.
  const bool all = in.learned.size(0) == hidden.size(0);
  return objective(model::token_logprobs(transformer_.kernels(),
                                         all ? hidden : hidden.index_select(0, in.learned),
                                         transformer_.weights().head, in.targets),
                   in.weights);
}

void Learner::learn(const MicroBatch& batch, const Objective& objective) {
  const at::Tensor part = objective_of(batch, objective);
  part.backward();
  moments_.collect();
  add(loss_, part);
}

double Learner::loss(std::span<const MicroBatch> batches, const Objective& objective) const {
  const at::NoGradGuard no_grad;
  at::Tensor sum;
  for (const MicroBatch& batch : batches) add(sum, objective_of(batch, objective));
  return sum.defined() ? sum.item().toDouble() : 0;
}

// The one place of a step that waits for the GPU.
Learner::Update Learner::update(double learning_rate) {
  const at::Tensor loss = std::exchange(loss_, at::Tensor());
  if (!loss.defined()) return {};
  const at::Tensor both = at::stack({loss, moments_.norm().to(loss)}).cpu();
  const Update done{both[0].item().toDouble(), both[1].item().toDouble()};
  moments_.clip(done.gradient_norm);
  moments_.step(learning_rate);
  return done;
}

}  // namespace cudal1::train
