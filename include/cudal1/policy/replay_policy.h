// Answers from a file, and the recorder that writes it: whole searches run in tests without a
// model.
//
// A line per question: {"key": question_key(), "completions": [{"text", "token_ids", "logprobs",
// "finish_reason"}]}. Several lines of one key are a question that was asked several times.
#pragma once

#include <filesystem>
#include <map>
#include <memory>

#include "cudal1/core/files.h"
#include "cudal1/policy/policy.h"

namespace cudal1::policy {

// Of the messages and of how they are rendered. Sampling and seeds are not part of it.
std::string question_key(const Question& question);

// The nth time that a question is asked it gets its nth line, and its last line from then on.
// DataError where it was not recorded, or with fewer answers than are wanted.
class ReplayPolicy final : public Policy {
 public:
  explicit ReplayPolicy(const std::filesystem::path& recording);
  std::string name() const override { return path_.string(); }
  std::vector<std::vector<Completion>> complete(std::span<const Question> questions,
                                                const OnText& on_text,
                                                std::stop_token stop) override;

 private:
  struct Line {
    int number;
    std::vector<Completion> completions;
  };
  struct Asked {
    std::vector<Line> lines;
    size_t times = 0;
  };
  std::vector<Completion> answers_to(const Question& question);

  std::filesystem::path path_;
  std::map<std::string, Asked> asked_;
};

// Passes on what `policy` answers, and appends it. A question that was interrupted is left out.
class RecordingPolicy final : public Policy {
 public:
  RecordingPolicy(std::unique_ptr<Policy> policy, const std::filesystem::path& recording);
  std::string name() const override { return policy_->name(); }
  std::vector<std::vector<Completion>> complete(std::span<const Question> questions,
                                                const OnText& on_text,
                                                std::stop_token stop) override;

 private:
  std::unique_ptr<Policy> policy_;
  AppendFile file_;
};

}  // namespace cudal1::policy
