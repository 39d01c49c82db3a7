// Texts on a GPU: the same as on a CPU, in graphs of steps, whoever shares them.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "cudal1/gpu/driver.h"
#include "network_fixture.h"

namespace cudal1::model {
namespace {

class GpuTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string why;
    if (!gpu::Driver::load(&why)) GTEST_SKIP() << "no GPU: " << why;
  }
};

class GpuGreedyTest : public GpuTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(GpuGreedyTest, GreedyTextIsThatOfTransformers) {
  expect_greedy_of_transformers(Fixture(GetParam(), at::Device(at::kCUDA, 0)));
}

INSTANTIATE_TEST_SUITE_P(Families, GpuGreedyTest,
                         ::testing::Values("qwen2", "qwen2_sliding", "qwen2_yarn", "qwen3", "llama",
                                           "llama_bf16"),
                         [](const auto& info) { return std::string(info.param); });

// Of shapes that the kernels take; the vocabulary is no whole number of vectors.
ModelConfig small() {
  ModelConfig config = tiny();
  config.vocab_size = 250;
  config.hidden_size = 64;
  config.intermediate_size = 96;
  config.head_dim = 16;
  config.max_positions = 128;
  config.initializer_range = 0.2;
  return config;
}

// The same weights on any device.
Weights weights_on(const at::Device& device, at::ScalarType type) {
  const ModelConfig config = small();
  const Weights made = random_weights(config, at::kFloat, 3);
  const Weights weights = empty_weights(config, at::TensorOptions(type).device(device));
  const auto from = named_weights(config, made);
  for (auto& [name, tensor] : named_weights(config, weights)) tensor.copy_(from.at(name));
  return weights;
}

std::vector<Prompt> prompts() {
  const std::vector<Sampling> samplings = {
      {.temperature = 1, .max_tokens = 30},
      {.temperature = 0.8, .top_k = 5, .max_tokens = 25},
      {.temperature = 1.3, .top_p = 0.7, .max_tokens = 40},
      {.temperature = 1, .min_p = 0.05, .max_tokens = 1},
      {.repetition_penalty = 1.4, .temperature = 0, .max_tokens = 30},
      {.repetition_penalty = 1.2, .temperature = 0.9, .top_k = 20, .top_p = 0.9, .max_tokens = 33}};
  std::vector<Prompt> all;
  for (size_t i = 0; i < samplings.size(); ++i) {
    std::vector<Token> tokens;
    for (size_t j = 0; j < 3 + 11 * i; ++j) tokens.push_back(Token((7 * i + 13 * j) % 250));
    all.push_back({tokens, samplings[i], {10 * i, 10 * i + 1, 10 * i + 2}});
  }
  return all;
}

void expect_same(const std::vector<std::vector<Generated>>& got,
                 const std::vector<std::vector<Generated>>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (size_t i = 0; i < got.size(); ++i)
    for (size_t j = 0; j < got[i].size(); ++j) {
      SCOPED_TRACE(std::to_string(i) + ", " + std::to_string(j));
      EXPECT_EQ(got[i][j].tokens, expected[i][j].tokens);
      EXPECT_EQ(got[i][j].finish, expected[i][j].finish);
      ASSERT_EQ(got[i][j].logprobs.size(), expected[i][j].logprobs.size());
      for (size_t k = 0; k < got[i][j].logprobs.size(); ++k)
        EXPECT_NEAR(got[i][j].logprobs[k], expected[i][j].logprobs[k], 1e-3);
    }
}

TEST_F(GpuTest, TextsAreThoseOfACpuWhateverTheBatch) {
  const Tokenizer tokenizer = bytes();
  const Transformer there(small(), weights_on(at::Device(at::kCUDA, 0), at::kFloat)),
      here(small(), weights_on(at::kCPU, at::kFloat));
  const auto expected = Generator(here, tokenizer).run(prompts());
  for (const int64_t batch : {1, 2, 5, 64}) {
    SCOPED_TRACE(batch);
    Generator generator(there, tokenizer, {.max_batch = batch});
    expect_same(generator.run(prompts()), expected);
    expect_same(generator.run(prompts()), expected);  // its graphs and memory used again
  }
}

TEST_F(GpuTest, DeterministicTextsDoNotDependOnOthers) {
  const Tokenizer tokenizer = bytes();
  const Transformer transformer(small(), weights_on(at::Device(at::kCUDA, 0), at::kBFloat16));
  const GeneratorOptions options{.max_batch = 12, .deterministic = true};
  const std::vector<Prompt> all = prompts();
  Generator generator(transformer, tokenizer, options);
  const auto together = generator.run(all);
  for (size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(i);
    Prompt one = all[i];
    one.seeds.resize(1);
    const auto alone = generator.run(std::span(&one, 1));
    EXPECT_EQ(alone[0][0].tokens, together[i][0].tokens);
    EXPECT_EQ(alone[0][0].logprobs, together[i][0].logprobs);
  }
}

TEST_F(GpuTest, AStopEndsTextsAndLeavesTheGeneratorUsable) {
  const Tokenizer tokenizer = bytes();
  const Transformer transformer(small(), weights_on(at::Device(at::kCUDA, 0), at::kFloat));
  Generator generator(transformer, tokenizer);
  const auto expected = generator.run(prompts());
  std::stop_source stop;
  int shown = 0;
  const auto cut = generator.run(
      prompts(),
      [&](size_t, size_t, const std::string&) {
        if (++shown == 20) stop.request_stop();
      },
      stop.get_token());
  int interrupted = 0;
  for (const auto& group : cut)
    for (const Generated& one : group) interrupted += one.finish == Finish::kInterrupted;
  EXPECT_GT(interrupted, 0);
  expect_same(generator.run(prompts()), expected);
}

}  // namespace
}  // namespace cudal1::model
