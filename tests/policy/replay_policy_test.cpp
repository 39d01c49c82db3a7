#include "cudal1/policy/replay_policy.h"

#include <gtest/gtest.h>

#include "asking.h"
#include "cudal1/core/error.h"

namespace cudal1::policy {
namespace {

namespace fs = std::filesystem;

// Answers with the question's text, the seed and how often it was asked; stops where it is told.
class CountingPolicy final : public Policy {
 public:
  std::string name() const override { return "counting"; }
  std::vector<std::vector<Completion>> complete(std::span<const Question> questions, const OnText&,
                                                std::stop_token stop) override {
    ++times_;
    std::vector<std::vector<Completion>> answers;
    for (const Question& one : questions) {
      answers.emplace_back();
      for (const uint64_t seed : one.seeds)
        answers.back().push_back(
            {one.messages[0].content + " " + std::to_string(seed) + " " + std::to_string(times_),
             {1, 151643},
             {-0.1f, -12.34567f},
             stop.stop_requested() ? "interrupted" : "length"});
    }
    return answers;
  }

 private:
  int times_ = 0;
};

class ReplayPolicyTest : public testing::Test {
 protected:
  void SetUp() override {
    file_ = fs::path(CUDAL1_BINARY_DIR) / "tests" /
            (std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".jsonl");
    fs::remove(file_);
  }
  void TearDown() override { fs::remove(file_); }
  std::vector<std::vector<Completion>> record(const std::vector<Question>& questions,
                                              std::stop_token stop = {}) {
    if (!recorder_)
      recorder_ = std::make_unique<RecordingPolicy>(std::make_unique<CountingPolicy>(), file_);
    return recorder_->complete(questions, {}, stop);
  }
  // What the DataError says and advises.
  static std::string failure(ReplayPolicy& policy, const Question& one) {
    try {
      policy.complete(std::span(&one, 1), {}, {});
    } catch (const DataError& error) {
      return std::string(error.what()) + "\n" + error.advice();
    }
    ADD_FAILURE() << "no DataError";
    return {};
  }

  fs::path file_;
  std::unique_ptr<RecordingPolicy> recorder_;
};

void expect_same(const std::vector<std::vector<Completion>>& a,
                 const std::vector<std::vector<Completion>>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].size(), b[i].size());
    for (size_t k = 0; k < a[i].size(); ++k) {
      EXPECT_EQ(a[i][k].text, b[i][k].text);
      EXPECT_EQ(a[i][k].tokens, b[i][k].tokens);
      EXPECT_EQ(a[i][k].logprobs, b[i][k].logprobs);
      EXPECT_EQ(a[i][k].finish_reason, b[i][k].finish_reason);
    }
  }
}

TEST_F(ReplayPolicyTest, GivesWhatWasRecorded) {
  const std::vector<Question> questions = {question("a\n\"b\"", 2), question("c")};
  const auto recorded = record(questions);
  ReplayPolicy policy(file_);
  std::string told;
  const auto replayed = policy.complete(
      questions, [&](size_t, size_t, const std::string& text) { told += text + ";"; }, {});
  expect_same(replayed, recorded);
  EXPECT_EQ(told,
            recorded[0][0].text + ";" + recorded[0][1].text + ";" + recorded[1][0].text + ";");
  EXPECT_EQ(policy.name(), file_.string());
  EXPECT_EQ(recorder_->name(), "counting");
}

TEST_F(ReplayPolicyTest, AQuestionAskedAgainGetsItsNextAnswer) {
  const std::vector<Question> questions = {question("a")};
  const auto first = record(questions), second = record(questions);
  ReplayPolicy policy(file_);
  expect_same(policy.complete(questions, {}, {}), first);
  expect_same(policy.complete(questions, {}, {}), second);
  expect_same(policy.complete(questions, {}, {}), second);
}

TEST_F(ReplayPolicyTest, MessagesAndChatMakeTheKey) {
  Question one = question("a");
  const std::string key = question_key(one);
  EXPECT_EQ(key.size(), 64u);
  one.seeds = {7, 8};
  one.sampling.temperature = 0;
  EXPECT_EQ(question_key(one), key);
  one.chat = false;
  EXPECT_NE(question_key(one), key);
  Question moved = question("b"), joined = question("ab");
  moved.messages.insert(moved.messages.begin(), {"user", "a"});
  EXPECT_NE(question_key(moved), question_key(joined));
}

TEST_F(ReplayPolicyTest, AnUnknownQuestionIsShown) {
  record({question("known")});
  ReplayPolicy policy(file_);
  const std::string text =
      failure(policy, question("never asked \x1b[2J" + std::string(10'000, 'x')));
  EXPECT_NE(text.find("no answer to this question:\nuser: never asked \\x1b[2J"), std::string::npos)
      << text;
  EXPECT_NE(text.find("RecordingPolicy"), std::string::npos) << text;
  EXPECT_LT(text.size(), 800u);
}

TEST_F(ReplayPolicyTest, FewerAnswersThanWanted) {
  record({question("q", 2)});
  ReplayPolicy policy(file_);
  const std::string text = failure(policy, question("q", 3));
  EXPECT_NE(text.find(":1: 3 answers are wanted, 2 were recorded"), std::string::npos) << text;
  const Question fewer = question("q", 1);
  EXPECT_EQ(policy.complete(std::span(&fewer, 1), {}, {})[0].size(), 1u);
}

TEST_F(ReplayPolicyTest, WhatWasInterruptedIsNotRecorded) {
  std::stop_source stop;
  stop.request_stop();
  record({question("q")}, stop.get_token());
  EXPECT_EQ(fs::file_size(file_), 0u);
  ReplayPolicy policy(file_);
  const Question one = question("q", 2);
  EXPECT_EQ(policy.complete(std::span(&one, 1), {}, stop.get_token())[0][1].finish_reason,
            "interrupted");
}

TEST_F(ReplayPolicyTest, RefusesWhatIsNoRecording) {
  EXPECT_THROW(ReplayPolicy{file_}, DataError);
  for (const char* line : {"x", "[]", "{}", "{\"key\": 1, \"completions\": []}",
                           "{\"key\": \"a\", \"completions\": [{}]}",
                           "{\"key\": \"a\", \"completions\": [{\"text\": \"\", \"token_ids\": "
                           "[-1], \"logprobs\": [], \"finish_reason\": \"stop\"}]}",
                           "{\"key\": \"a\", \"completions\": [{\"text\": \"\", \"token_ids\": [], "
                           "\"logprobs\": [\"x\"], \"finish_reason\": \"stop\"}]}"}) {
    write_file_atomically(file_,
                          std::string("{\"key\": \"k\", \"completions\": []}\n") + line + "\n");
    try {
      ReplayPolicy policy(file_);
      ADD_FAILURE() << line;
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()).find(".jsonl:2"), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace cudal1::policy
