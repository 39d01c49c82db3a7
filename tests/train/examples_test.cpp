#include "cudal1/train/examples.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "cudal1/core/error.h"

namespace cudal1::train {
namespace {

using model::Tokenizer;

Tokenizer bytes() {
  return Tokenizer::parse(
      model::train_tokenizer({}, {.vocab_size = 257, .special_tokens = {"<|endoftext|>"}}),
      "bytes");
}

class ExamplesTest : public ::testing::Test {
 protected:
  ~ExamplesTest() override { std::filesystem::remove(file); }
  std::vector<Example> read(const std::string& text, int64_t max_length = 100) {
    std::ofstream(file) << text;
    return read_examples(std::span(&file, 1), tokenizer, *tokenizer.id_of("<|endoftext|>"),
                         max_length);
  }
  std::string refusal(const std::string& text) {
    try {
      read(text);
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }

  Tokenizer tokenizer = bytes();
  std::filesystem::path file = std::filesystem::temp_directory_path() /
                               ("cudal1-examples-" + std::to_string(::getpid()) + ".jsonl");
};

TEST_F(ExamplesTest, CompletionsAreLearnedAndEnd) {
  const auto found = read("{\"prompt\": \"ab\", \"completion\": \"cde\", \"other\": 1}\n\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].tokens.size(), 6u);
  EXPECT_EQ(found[0].learned_from, 2);
  EXPECT_EQ(found[0].tokens.back(), *tokenizer.id_of("<|endoftext|>"));
}

TEST_F(ExamplesTest, LongOnesAreCutAndEmptyPromptsLoseTheirFirstToken) {
  EXPECT_EQ(read("{\"prompt\": \"ab\", \"completion\": \"cdefgh\"}\n", 5)[0].tokens.size(), 5u);
  EXPECT_EQ(read("{\"prompt\": \"abcdef\", \"completion\": \"g\"}\n", 4).size(), 0u);
  EXPECT_EQ(read("{\"prompt\": \"\", \"completion\": \"cd\"}\n")[0].learned_from, 1);
}

TEST_F(ExamplesTest, ItIsToldWhatWasTooLong) {
  ::testing::internal::CaptureStderr();
  read(
      "{\"prompt\": \"ab\", \"completion\": \"cdefgh\"}\n{\"prompt\": \"abcdef\", \"completion\": "
      "\"g\"}\n",
      4);
  const std::string told = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(told.find("2 examples have more than max_length = 4 tokens: 1 lose their ends, 1 are "
                      "left out"),
            std::string::npos)
      << told;
}

TEST_F(ExamplesTest, RefusalsNameFileAndLine) {
  EXPECT_NE(refusal("{\"prompt\": \"a\", \"completion\": \"b\"}\n[]\n").find(":2: this is no JSON"),
            std::string::npos);
  EXPECT_NE(refusal("{\"prompt\": \"a\"}\n").find("there is no \"completion\""), std::string::npos);
  EXPECT_NE(refusal("{\"prompt\": 3, \"completion\": \"b\"}\n").find("\"prompt\" is no text"),
            std::string::npos);
}

TEST_F(ExamplesTest, AFolderADeviceAndNothingAreRefused) {
  for (const char* path : {"/", "/dev/zero", "/nowhere.jsonl"}) {
    const std::filesystem::path wrong = path;
    try {
      read_pairs(std::span(&wrong, 1));
      FAIL() << path;
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()).find("cannot read '" + wrong.string() + "': "),
                std::string::npos)
          << error.what();
    }
  }
}

std::vector<Example> some(size_t count) {
  std::vector<Example> examples;
  for (size_t i = 0; i < count; ++i)
    examples.push_back({std::vector<model::Token>(3 + i % 5, model::Token(i)), 1});
  return examples;
}

TEST(ExampleStream, EveryEpochHasEveryExampleInAnOrderOfItsOwn) {
  const auto examples = some(23);
  ExampleStream stream(examples, 7);
  std::vector<std::vector<const Example*>> epochs(3);
  for (auto& epoch : epochs)
    while (epoch.size() < examples.size())
      for (const Example* example : stream.next(1)) epoch.push_back(example);
  for (const auto& epoch : epochs) EXPECT_EQ(std::set(epoch.begin(), epoch.end()).size(), 23u);
  EXPECT_NE(epochs[0], epochs[1]);
}

TEST(ExampleStream, GoesOnFromAnyPosition) {
  const auto examples = some(23);
  ExampleStream stream(examples, 7);
  for (int i = 0; i < 11; ++i) stream.next(10);
  ExampleStream other(examples, 7);
  other.seek(stream.position());
  for (int i = 0; i < 20; ++i) EXPECT_EQ(stream.next(10), other.next(10));
}

TEST(Pack, WeightsAddUpToOneAndMicroBatchesHaveTheirLimit) {
  const auto examples = some(9);
  std::vector<const Example*> all;
  for (const Example& example : examples) all.push_back(&example);
  double sum = 0;
  size_t sequences = 0;
  for (const MicroBatch& batch : pack(all, 10)) {
    EXPECT_LE(batch.tokens(), 10);
    sequences += batch.sequences.size();
    for (const Sequence& sequence : batch.sequences)
      for (const float weight : sequence.weights) sum += weight;
  }
  EXPECT_EQ(sequences, 9u);
  EXPECT_NEAR(sum, 1, 1e-6);
}

}  // namespace
}  // namespace cudal1::train
