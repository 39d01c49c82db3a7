// Against transformers, on tiny random checkpoints of every family: logits, gradients, greedy text.
#include "cudal1/model/transformer.h"

#include "cudal1/model/generator.h"
#include "network_fixture.h"

namespace cudal1::model {
namespace {

// A token for each byte.
Tokenizer bytes() {
  return Tokenizer::parse(train_tokenizer({}, {.vocab_size = 256, .special_tokens = {}}), "bytes");
}

class ParityTest : public ::testing::TestWithParam<const char*> {
 protected:
  Fixture fixture{GetParam()};
};

TEST_P(ParityTest, LogitsAreThoseOfTransformers) { expect_logits_of_transformers(fixture); }

TEST_P(ParityTest, GradientsAreThoseOfTransformers) {
  expect_gradients_of_transformers(fixture, Activations::kKept);
}

TEST_P(ParityTest, GradientsOfLayersRunAgainAreThoseOfTransformers) {
  expect_gradients_of_transformers(fixture, Activations::kRecomputed);
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
