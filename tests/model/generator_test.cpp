// Many texts at a time: who shares a batch with whom, where texts end, what is shown.
#include "cudal1/model/generator.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "cudal1/core/error.h"
#include "network_fixture.h"

namespace cudal1::model {
namespace {

class GeneratorTest : public ::testing::Test {
 protected:
  std::vector<std::vector<Generated>> run(const std::vector<Prompt>& prompts,
                                          GeneratorOptions options = {}, const OnText& show = {}) {
    return Generator(transformer, tokenizer, options).run(prompts, show);
  }
  static Prompt prompt(std::vector<Token> tokens, std::vector<uint64_t> seeds) {
    return {std::move(tokens), {.max_tokens = 20}, std::move(seeds)};
  }

  Transformer transformer{tiny(), random_weights(tiny(), at::kFloat, 3)};
  Tokenizer tokenizer = bytes();
};

std::vector<std::vector<Token>> tokens_of(const std::vector<std::vector<Generated>>& all) {
  std::vector<std::vector<Token>> tokens;
  for (const auto& group : all)
    for (const Generated& one : group) tokens.push_back(one.tokens);
  return tokens;
}

TEST_F(GeneratorTest, ASmallBatchIsRefilledAndGivesTheSameTexts) {
  const std::vector<Prompt> prompts = {prompt({5, 6, 7}, {1, 2, 3, 4, 5}), prompt({9}, {6, 7}),
                                       prompt({1, 1, 1, 1, 1, 1, 1}, {8})};
  const auto alone = tokens_of(run(prompts, {.max_batch = 1}));
  EXPECT_EQ(alone.size(), 8u);
  EXPECT_EQ(tokens_of(run(prompts, {.max_batch = 3})), alone);
  EXPECT_EQ(tokens_of(run(prompts, {.max_batch = 64})), alone);
  EXPECT_EQ(tokens_of(run(prompts, {.deterministic = true})), alone);
}

TEST_F(GeneratorTest, AnyNumberOfTokensMayBeAskedFor) {
  Prompt endless = prompt({5, 6, 7}, {1});
  endless.sampling.max_tokens = std::numeric_limits<int64_t>::max();
  endless.sampling.ignore_end = true;
  EXPECT_EQ(run({endless})[0][0].tokens.size(), 61u);  // what the model has positions for
}

TEST_F(GeneratorTest, LogitsThatAreNoNumbersAreTold) {
  at::Tensor(transformer.weights().norm).fill_(std::numeric_limits<float>::quiet_NaN());
  try {
    run({prompt({5}, {1})});
    FAIL();
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("are no numbers"), std::string::npos) << error.what();
  }
}

TEST_F(GeneratorTest, SeedsTellTextsApart) {
  const auto found = tokens_of(run({prompt({5, 6, 7}, {1, 2, 1})}));
  EXPECT_EQ(found[0], found[2]);
  EXPECT_NE(found[0], found[1]);
}

TEST_F(GeneratorTest, EveryTokenHasItsLogProbability) {
  const auto found = run({prompt({5}, {1, 2, 3})});
  for (const Generated& one : found[0]) {
    ASSERT_EQ(one.logprobs.size(), one.tokens.size());
    for (const float logprob : one.logprobs) EXPECT_LE(logprob, 0);
  }
}

TEST_F(GeneratorTest, EndsAtTheModelsLastPosition) {
  Prompt wanted = prompt(std::vector<Token>(60, 5), {1});
  wanted.sampling = {.max_tokens = 100, .ignore_end = true};
  const auto found = run({wanted});
  EXPECT_EQ(found[0][0].tokens.size(), 4u);
  EXPECT_EQ(found[0][0].finish, Finish::kLength);
  wanted.tokens.resize(64, 5);
  EXPECT_THROW(run({wanted}), DataError);
}

TEST_F(GeneratorTest, EndsBeforeAnEndToken) {
  Prompt wanted = prompt({5}, {});
  for (uint64_t seed = 0; seed < 200; ++seed) wanted.seeds.push_back(seed);
  wanted.sampling.max_tokens = 40;
  int stopped = 0;
  const auto found = run({wanted});
  for (const Generated& one : found[0]) {
    stopped += one.finish == Finish::kStop;
    EXPECT_EQ(std::count(one.tokens.begin(), one.tokens.end(), 2), 0);
    if (one.finish == Finish::kLength) {
      EXPECT_EQ(one.tokens.size(), 40u);
    }
  }
  EXPECT_GT(stopped, 0);
}

TEST_F(GeneratorTest, AStopTextEndsItAndIsNeverShown) {
  Prompt wanted = prompt({5}, {11});
  wanted.sampling.ignore_end = true;
  const std::string whole = run({wanted})[0][0].text;
  ASSERT_GT(whole.size(), 8u);
  wanted.sampling.stop = {whole.substr(4, 3), "never there"};
  std::string shown;
  const auto found =
      run({wanted}, {}, [&](size_t, size_t, const std::string& added) { shown += added; });
  EXPECT_EQ(found[0][0].finish, Finish::kStop);
  EXPECT_EQ(found[0][0].text, whole.substr(0, whole.find(wanted.sampling.stop[0])));
  EXPECT_EQ(shown, found[0][0].text);
}

TEST_F(GeneratorTest, WhatIsShownIsTheText) {
  std::map<size_t, std::string> shown;
  const auto found =
      run({prompt({5, 6}, {1, 2, 3})}, {.max_batch = 2},
          [&](size_t, size_t sample, const std::string& added) { shown[sample] += added; });
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(shown[i], found[0][i].text);
}

TEST_F(GeneratorTest, RefusesTokensThatTheModelDoesNotKnow) {
  EXPECT_THROW(run({prompt({256}, {1})}), DataError);
  EXPECT_THROW(run({prompt({}, {1})}), DataError);
}

}  // namespace
}  // namespace cudal1::model
