// Tiny random checkpoints of every family with what transformers computes of them.
#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "cudal1/model/attention.h"
#include "cudal1/model/generator.h"

namespace cudal1::model {

struct Fixture {
  explicit Fixture(const std::string& name, at::Device device = at::kCPU)
      : folder(CUDAL1_SOURCE_DIR "/tests/model/fixtures/" + name),
        device(device),
        golden(Safetensors::open(folder / "golden.safetensors")),
        checkpoint(Checkpoint::open(folder)),
        transformer(checkpoint.config(),
                    load_weights(checkpoint, at::TensorOptions(at::kFloat).device(device))) {}

  at::Tensor expected(const std::string& name) const {
    return tensor_of(golden.tensors().at(name)).clone().to(device);
  }

  std::filesystem::path folder;
  at::Device device;
  Safetensors golden;
  Checkpoint checkpoint;
  Transformer transformer;
};

inline at::Tensor positions_of(const std::vector<int64_t>& lengths) {
  std::vector<at::Tensor> all;
  for (const int64_t length : lengths) all.push_back(at::arange(length));
  return at::cat(all);
}

// Of input_ids, both rows packed into one run: [48, vocab].
inline at::Tensor logits_of(const Fixture& fixture, Activations activations = Activations::kKept) {
  const at::Tensor tokens = fixture.expected("input_ids");
  const std::vector<int64_t> lengths(size_t(tokens.size(0)), tokens.size(1));
  const at::Tensor hidden = fixture.transformer.hidden(
      tokens.flatten(), positions_of(lengths).to(fixture.device),
      packed_attention(fixture.checkpoint.config(), lengths), activations);
  return fixture.transformer.logits(hidden);
}

inline double relative_error(const at::Tensor& got, const at::Tensor& expected) {
  const at::Tensor wide = expected.to(at::kDouble);
  return ((got.to(at::kDouble) - wide).abs().max() / wide.abs().max()).item().toDouble();
}

// Every tensor replaced by its gradient.
inline Weights gradients_of(const Weights& weights) {
  Weights gradients = weights;
  const auto take = [](at::Tensor& tensor) {
    if (tensor.defined()) tensor = tensor.grad();
  };
  take(gradients.embedding);
  take(gradients.norm);
  take(gradients.head);
  for (LayerWeights& layer : gradients.layers)
    for (at::Tensor* tensor : {&layer.input_norm, &layer.qkv, &layer.qkv_bias, &layer.q_norm,
                               &layer.k_norm, &layer.output, &layer.output_bias, &layer.post_norm,
                               &layer.gate_up, &layer.gate_up_bias, &layer.down, &layer.down_bias})
      take(*tensor);
  return gradients;
}

inline void expect_logits_of_transformers(const Fixture& fixture) {
  const at::NoGradGuard no_grad;
  const at::Tensor expected = fixture.expected("logits");
  EXPECT_LE(relative_error(logits_of(fixture), expected.flatten(0, 1)), 1e-4);
}

inline void expect_gradients_of_transformers(const Fixture& fixture, Activations activations) {
  for (const at::Tensor& parameter : parameters_of(fixture.transformer.weights()))
    parameter.set_requires_grad(true);
  const at::Tensor tokens = fixture.expected("input_ids");
  const at::Tensor logits =
      logits_of(fixture, activations).view({tokens.size(0), tokens.size(1), -1});
  const at::Tensor loss =
      at::cross_entropy_loss(logits.slice(1, 0, -1).flatten(0, 1), tokens.slice(1, 1).flatten());
  EXPECT_LE(relative_error(loss, fixture.expected("loss")), 1e-5);
  loss.backward();
  const ModelConfig& config = fixture.checkpoint.config();
  for (const auto& [name, gradient] :
       named_weights(config, gradients_of(fixture.transformer.weights())))
    EXPECT_LE(relative_error(gradient, fixture.expected("grad." + name)), 1e-3) << name;
}

// For what needs no more than any model.
inline ModelConfig tiny() {
  ModelConfig config;
  config.vocab_size = 256;
  config.hidden_size = 32;
  config.intermediate_size = 64;
  config.layers = 2;
  config.heads = 4;
  config.kv_heads = 2;
  config.head_dim = 8;
  config.max_positions = 64;
  config.qkv_bias = true;
  config.tied_embeddings = true;
  config.type = WeightType::kFloat32;
  config.eos = {2};
  config.initializer_range = 0.3;
  return config;
}

// A token for each byte.
inline Tokenizer bytes() {
  return Tokenizer::parse(train_tokenizer({}, {.vocab_size = 256, .special_tokens = {}}), "bytes");
}

inline void expect_greedy_of_transformers(const Fixture& fixture) {
  const auto tokens = [&](const char* name) {
    const at::Tensor ids = fixture.expected(name).cpu();
    return std::vector<Token>(ids.const_data_ptr<int64_t>(),
                              ids.const_data_ptr<int64_t>() + ids.numel());
  };
  const std::vector<Token> greedy = tokens("greedy");
  Prompt wanted{tokens("prompt"),
                {.temperature = 0, .max_tokens = std::ssize(greedy), .ignore_end = true},
                {1, 2, 3}};
  const Tokenizer tokenizer = bytes();
  const auto found = Generator(fixture.transformer, tokenizer).run(std::span(&wanted, 1));
  for (const Generated& one : found.at(0)) {
    EXPECT_EQ(one.tokens, greedy);
    EXPECT_EQ(one.finish, Finish::kLength);
  }
}

}  // namespace cudal1::model
