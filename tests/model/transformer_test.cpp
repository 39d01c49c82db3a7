// Against transformers, on tiny random checkpoints of every family: logits, gradients, greedy text.
#include "cudal1/model/transformer.h"

#include "cudal1/model/generator.h"
#include "network_fixture.h"

namespace cudal1::model {
namespace {

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

TEST_P(ParityTest, GreedyTextIsThatOfTransformers) { expect_greedy_of_transformers(fixture); }

INSTANTIATE_TEST_SUITE_P(Families, ParityTest,
                         ::testing::Values("qwen2", "qwen2_sliding", "qwen2_yarn", "qwen3", "llama",
                                           "llama_bf16"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace cudal1::model
