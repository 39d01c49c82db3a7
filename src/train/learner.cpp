#include "learner.h"

#include <ATen/ATen.h>

#include "cudal1/model/attention.h"
#include "cudal1/model/training.h"

namespace cudal1::train {
namespace {

model::Weights with_gradients(model::Weights weights) {
  for (at::Tensor& parameter : model::parameters_of(weights)) parameter.set_requires_grad(true);
  return weights;
}

// A micro-batch as the model reads it: all [T].
struct Packed {
  std::vector<int64_t> lengths;
  at::Tensor tokens, positions, targets, weights;
};

Packed packed(const MicroBatch& batch, const at::Device& device) {
  std::vector<int64_t> tokens, positions, targets, lengths;
  std::vector<float> weights;
  for (const Sequence& sequence : batch.sequences) {
    const size_t length = sequence.weights.size();
    lengths.push_back(int64_t(length));
    tokens.insert(tokens.end(), sequence.tokens.begin(), sequence.tokens.end() - 1);
    targets.insert(targets.end(), sequence.tokens.begin() + 1, sequence.tokens.end());
    weights.insert(weights.end(), sequence.weights.begin(), sequence.weights.end());
    for (size_t i = 0; i < length; ++i) positions.push_back(int64_t(i));
  }
  const auto there = [&](const at::Tensor& tensor) { return tensor.to(device); };
  return {lengths, there(at::tensor(tokens, at::kLong)), there(at::tensor(positions, at::kLong)),
          there(at::tensor(targets, at::kLong)), there(at::tensor(weights, at::kFloat))};
}

}  // namespace

at::Tensor cross_entropy(const at::Tensor& logprobs, const at::Tensor& weights) {
  return -(logprobs * weights).sum();
}

Learner::Learner(model::ModelConfig shape, model::Weights weights, const TrainConfig& config)
    : transformer_(std::move(shape), with_gradients(std::move(weights))),
      moments_(model::parameters_of(transformer_.weights()), config),
      activations_(config.recompute ? model::Activations::kRecomputed : model::Activations::kKept) {
}

// What has no weight is read but has no logits: prompts cost no product with the vocabulary.
at::Tensor Learner::objective_of(const MicroBatch& batch, const Objective& objective) const {
  const Packed in = packed(batch, transformer_.weights().embedding.device());
  const at::Tensor hidden =
      transformer_.hidden(in.tokens, in.positions,
                          model::packed_attention(transformer_.config(), in.lengths), activations_);
  const at::Tensor learned = in.weights.nonzero().squeeze(-1);
  const auto of_learned = [&](const at::Tensor& all) { return all.index_select(0, learned); };
  return objective(model::token_logprobs(transformer_.kernels(), of_learned(hidden),
                                         transformer_.weights().head, of_learned(in.targets)),
                   of_learned(in.weights));
}

double Learner::learn(const MicroBatch& batch, const Objective& objective) {
  const at::Tensor part = objective_of(batch, objective);
  part.backward();
  moments_.collect();
  return part.item().toDouble();
}

double Learner::loss(const MicroBatch& batch, const Objective& objective) const {
  const at::NoGradGuard no_grad;
  return objective_of(batch, objective).item().toDouble();
}

double Learner::update(double learning_rate) {
  const double norm = moments_.clip();
  moments_.step(learning_rate);
  return norm;
}

}  // namespace cudal1::train
