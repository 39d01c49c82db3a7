#include "sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace cudal1::model {
namespace {

const std::vector<float> kLogits = {0, 1, 2, 3};  // probabilities 0.032, 0.087, 0.237, 0.644

std::map<Token, double> shares(const Sampling& sampling, const std::vector<Token>& seen = {}) {
  constexpr int kDraws = 20'000;
  std::map<Token, double> found;
  for (int i = 0; i < kDraws; ++i)
    found[draw(sampling, kLogits, {7, i, seen}).token] += 1.0 / kDraws;
  return found;
}

double probability(Token token, double temperature) {
  double sum = 0;
  for (const float logit : kLogits) sum += std::exp(logit / temperature);
  return std::exp(kLogits[size_t(token)] / temperature) / sum;
}

TEST(Sampler, DrawsAsTheModelSays) {
  for (const double temperature : {0.5, 1.0, 2.0}) {
    auto found = shares({.temperature = temperature});
    for (Token token = 0; token < 4; ++token)
      EXPECT_NEAR(found[token], probability(token, temperature), 0.015) << temperature;
  }
}

TEST(Sampler, ColdTakesTheMostLikelyAndOfEqualsTheFirst) {
  EXPECT_EQ(shares({.temperature = 0}),
            (std::map<Token, double>{{3, shares({.temperature = 0})[3]}}));
  const std::vector<float> equal = {1, 2, 2, 0};
  const Sampling cold{.temperature = 0};
  EXPECT_EQ(draw(cold, equal, {.seed = 1}).token, 1);
}

TEST(Sampler, LeavesOutWhatItIsToldTo) {
  EXPECT_EQ(shares({.top_k = 2}).size(), 2u);
  EXPECT_EQ(shares({.top_p = 0.6}).size(), 1u);
  EXPECT_EQ(shares({.top_p = 0.7}).size(), 2u);
  EXPECT_EQ(shares({.top_p = 0}).size(), 1u);
  EXPECT_EQ(shares({.min_p = 0.2}).size(), 2u);  // 0.644 × 0.2 = 0.129
  EXPECT_NEAR(shares({.top_k = 2})[3], std::exp(3) / (std::exp(3) + std::exp(2)), 0.015);
}

TEST(Sampler, RepetitionBecomesLessLikely) {
  const Sampling sampling{.repetition_penalty = 3};
  EXPECT_NEAR(shares(sampling, {3, 3})[3], std::exp(1) / (1 + 2 * std::exp(1) + std::exp(2)),
              0.015);
}

TEST(Sampler, TellsTheModelsOwnLogProbability) {
  const Sampling sampling{.temperature = 0.1, .top_k = 1};
  EXPECT_NEAR(draw(sampling, kLogits, {.seed = 1}).logprob, std::log(probability(3, 1)), 1e-6);
}

TEST(Sampler, EqualsOfTheLastThatStaysStay) {
  const std::vector<float> equal = {1, 2, 2, 0};
  std::map<Token, int> found;
  for (int i = 0; i < 500; ++i) ++found[draw({.top_k = 1}, equal, {3, i, {}}).token];
  EXPECT_EQ(found.size(), 2u);
}

TEST(Sampler, TheSameSeedDrawsTheSame) {
  const Sampling sampling;
  int differing = 0;
  for (int i = 0; i < 100; ++i) {
    const Token token = draw(sampling, kLogits, {5, i, {}}).token;
    EXPECT_EQ(token, draw(sampling, kLogits, {5, i, {}}).token);
    differing += token != draw(sampling, kLogits, {6, i, {}}).token;
  }
  EXPECT_GT(differing, 10);
}

}  // namespace
}  // namespace cudal1::model
