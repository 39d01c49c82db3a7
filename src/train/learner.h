// A model that learns: forward, backward, update. What is learned from which token is a function of
// the tokens' log-probabilities.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <span>
#include <string>

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
  // With an adapter beside the weights, that alone is trained.
  Learner(model::ModelConfig shape, model::Weights weights, const TrainConfig& config);

  // Adds this micro-batch's part to the gradients and to the loss of the next update. Nothing is
  // waited for: the GPU may be behind.
  void learn(const MicroBatch& batch, const Objective& objective);
  struct Update {
    double loss = 0;           // of all that was learned since the last one
    double gradient_norm = 0;  // before it was clipped
  };
  Update update(double learning_rate);
  double loss(std::span<const MicroBatch> batches, const Objective& objective) const;

  const model::Transformer& transformer() const { return transformer_; }
  AdamW& moments() { return moments_; }
  const std::string& start() const { return start_; }  // what an adapter stands beside

 private:
  at::Tensor objective_of(const MicroBatch& batch, const Objective& objective) const;

  model::Transformer transformer_;
  AdamW moments_;
  model::Activations activations_;
  at::Tensor loss_;  // a double on the device
  std::string start_;
};

}  // namespace cudal1::train
