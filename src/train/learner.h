// A model that learns: forward, backward, update. What is learned from which token is a function of
// the tokens' log-probabilities.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

#include "adamw.h"
#include "cudal1/model/transformer.h"
#include "cudal1/train/examples.h"

namespace cudal1::train {

// A scalar to be made small: of the log-probabilities [N] of a micro-batch's next tokens and their
// weights [N], both float32.
using Objective = std::function<at::Tensor(const at::Tensor& logprobs, const at::Tensor& weights)>;

// - Σ weight · log p: with weights that sum up to 1, the mean cross-entropy.
at::Tensor cross_entropy(const at::Tensor& logprobs, const at::Tensor& weights);

class Learner {
 public:
  Learner(model::ModelConfig shape, model::Weights weights, const TrainConfig& config);

  // Adds this micro-batch's part to the gradients; returns its part of the loss.
  double learn(const MicroBatch& batch, const Objective& objective);
  double loss(const MicroBatch& batch, const Objective& objective) const;
  // Updates the weights; returns the gradient's norm before it was clipped.
  double update(double learning_rate);

  const model::Transformer& transformer() const { return transformer_; }
  AdamW& moments() { return moments_; }

 private:
  at::Tensor objective_of(const MicroBatch& batch, const Objective& objective) const;

  model::Transformer transformer_;
  AdamW moments_;
  model::Activations activations_;
};

}  // namespace cudal1::train
