#include "plan.h"

#include <algorithm>

#include "model_flops.h"

namespace cudal1::train {
namespace {

constexpr double kLogitRows = 1024;  // that model::token_logprobs() has at a time

// Of the model, of its gradients and of what AdamW keeps. A frozen weight is itself alone; of one
// that is trained there are a gradient in its own type, their sum, two moments, and a master where
// the weight is narrower.
double state_bytes(const Sizes& sizes, double bytes) {
  const double trained = 2 * bytes + 4 + 8 + (bytes < 4 ? 4 : 0);
  const double frozen = sizes.adapter > 0 ? double(sizes.model) * bytes : 0;
  return frozen + double(sizes.trained()) * trained;
}

// Elements that the gradients of one layer need of one token: what goes into the two norms, the
// four products and the attention, and gate, up, SiLU and their product.
double kept_in_layer(const model::ModelConfig& shape) {
  const double heads = double((shape.heads + shape.kv_heads) * shape.head_dim);
  return 4 * double(shape.hidden_size) + 3 * heads + 4 * double(shape.intermediate_size);
}

// Recomputed, a layer keeps its input, and one at a time has the rest.
double activation_bytes(const TrainConfig& config, const model::ModelConfig& shape, double bytes) {
  const double tokens = double(std::min(config.micro_tokens, config.batch_tokens));
  const double layers = double(shape.layers), kept = kept_in_layer(shape);
  const double elements =
      config.recompute ? layers * double(shape.hidden_size) + kept : layers * kept;
  return tokens * elements * bytes;
}

// Logits, their gradient, and that in the weights' type; the head's gradient is summed up apart.
double logit_bytes(const model::ModelConfig& shape, const Sizes& sizes, double bytes) {
  const double vocabulary = double(shape.vocab_size);
  const double of_head = sizes.adapter > 0 ? 0 : 4 * double(shape.hidden_size);
  return vocabulary * (kLogitRows * (8 + bytes) + of_head);
}

// Of all steps.
double all_tokens(const TrainConfig& config, const Plan& plan) {
  return double(plan.steps) * double(std::min(config.batch_tokens, plan.tokens));
}

}  // namespace

Plan plan_of(const TrainConfig& config, const Ingredients& ingredients, const Machine& machine) {
  const model::ModelConfig& shape = ingredients.shape;
  const Sizes sizes = sizes_of(shape, ingredients.adapter);
  const double bytes = double(machine.element_bytes);
  Plan plan;
  plan.parameters = sizes.model + sizes.adapter;
  plan.trained = sizes.trained();
  plan.examples = int64_t(ingredients.examples.size());
  plan.tokens = ingredients.tokens();
  plan.steps = steps_of(config, ingredients);
  plan.memory_bytes = state_bytes(sizes, bytes) + activation_bytes(config, shape, bytes) +
                      logit_bytes(shape, sizes, bytes);
  plan.device = machine.name;
  const double mean_length = double(plan.tokens) / double(std::max<int64_t>(1, plan.examples));
  if (machine.flops_per_second)
    plan.seconds = all_tokens(config, plan) * flops_per_token(shape, sizes, mean_length) /
                   *machine.flops_per_second;
  return plan;
}

}  // namespace cudal1::train
