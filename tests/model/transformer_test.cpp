// Against transformers, on tiny random checkpoints of every family: logits, gradients, greedy text.
#include "cudal1/model/transformer.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "cudal1/model/attention.h"
#include "cudal1/model/generator.h"

namespace cudal1::model {
namespace {

struct Fixture {
  explicit Fixture(const std::string& name)
      : folder(CUDAL1_SOURCE_DIR "/tests/model/fixtures/" + name),
        golden(Safetensors::open(folder / "golden.safetensors")),
        checkpoint(Checkpoint::open(folder)),
        transformer(checkpoint.config(), load_weights(checkpoint, at::kFloat)) {}

  at::Tensor expected(const std::string& name) const {
    return tensor_of(golden.tensors().at(name)).clone();
  }

  std::filesystem::path folder;
  Safetensors golden;
  Checkpoint checkpoint;
  Transformer transformer;
};

at::Tensor positions_of(const std::vector<int64_t>& lengths) {
  std::vector<at::Tensor> all;
  for (const int64_t length : lengths) all.push_back(at::arange(length));
  return at::cat(all);
}

// Of input_ids, both rows packed into one run: [48, vocab].
at::Tensor logits_of(const Fixture& fixture) {
  const at::Tensor tokens = fixture.expected("input_ids");
  const std::vector<int64_t> lengths(size_t(tokens.size(0)), tokens.size(1));
  const at::Tensor hidden =
      fixture.transformer.hidden(tokens.flatten(), positions_of(lengths),
                                 packed_attention(fixture.checkpoint.config(), lengths));
  return fixture.transformer.logits(hidden);
}

double relative_error(const at::Tensor& got, const at::Tensor& expected) {
  const at::Tensor wide = expected.to(at::kDouble);
  return ((got.to(at::kDouble) - wide).abs().max() / wide.abs().max()).item().toDouble();
}

// Every tensor replaced by its gradient.
Weights gradients_of(const Weights& weights) {
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

// A token for each byte.
Tokenizer bytes() {
  return Tokenizer::parse(train_tokenizer({}, {.vocab_size = 256, .special_tokens = {}}), "bytes");
}

class ParityTest : public ::testing::TestWithParam<const char*> {
 protected:
  Fixture fixture{GetParam()};
};

TEST_P(ParityTest, LogitsAreThoseOfTransformers) {
  const at::NoGradGuard no_grad;
  const at::Tensor expected = fixture.expected("logits");
  EXPECT_LE(relative_error(logits_of(fixture), expected.flatten(0, 1)), 1e-4);
}

TEST_P(ParityTest, GradientsAreThoseOfTransformers) {
  for (const at::Tensor& parameter : parameters_of(fixture.transformer.weights()))
    parameter.set_requires_grad(true);
  const at::Tensor tokens = fixture.expected("input_ids");
  const at::Tensor logits = logits_of(fixture).view({tokens.size(0), tokens.size(1), -1});
  const at::Tensor loss =
      at::cross_entropy_loss(logits.slice(1, 0, -1).flatten(0, 1), tokens.slice(1, 1).flatten());
  EXPECT_LE(relative_error(loss, fixture.expected("loss")), 1e-5);
  loss.backward();
  const ModelConfig& config = fixture.checkpoint.config();
  for (const auto& [name, gradient] :
       named_weights(config, gradients_of(fixture.transformer.weights())))
    EXPECT_LE(relative_error(gradient, fixture.expected("grad." + name)), 1e-3) << name;
}

TEST_P(ParityTest, GreedyTextIsThatOfTransformers) {
  const at::Tensor prompt = fixture.expected("prompt"), greedy = fixture.expected("greedy");
  const auto tokens = [](const at::Tensor& ids) {
    return std::vector<Token>(ids.const_data_ptr<int64_t>(),
                              ids.const_data_ptr<int64_t>() + ids.numel());
  };
  Prompt wanted{tokens(prompt),
                {.temperature = 0, .max_tokens = greedy.numel(), .ignore_end = true},
                {1, 2, 3}};
  const Tokenizer tokenizer = bytes();
  const auto found = Generator(fixture.transformer, tokenizer).run(std::span(&wanted, 1));
  for (const Generated& one : found.at(0)) {
    EXPECT_EQ(one.tokens, tokens(greedy));
    EXPECT_EQ(one.finish, Finish::kLength);
  }
}

INSTANTIATE_TEST_SUITE_P(Families, ParityTest,
                         ::testing::Values("qwen2", "qwen2_sliding", "qwen2_yarn", "qwen3", "llama",
                                           "llama_bf16"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace cudal1::model
