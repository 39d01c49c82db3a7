#include "cudal1/policy/replay_policy.h"

#include <algorithm>

#include "cudal1/core/error.h"
#include "cudal1/core/hash.h"
#include "cudal1/core/shorten.h"
#include "cudal1/core/visible.h"
#include "policy/recorded_line.h"

namespace cudal1::policy {
namespace {

constexpr uint64_t kMaxBytes = uint64_t(1) << 30;
constexpr size_t kShownBytes = 200;
constexpr const char* kHowToRecord =
    "Record it: put a RecordingPolicy with this file around the policy that is to answer, and run "
    "the same again.";

std::string beginning_of(const Question& question) {
  std::string text;
  for (const model::Message& message : question.messages)
    text += (text.empty() ? "" : "\n") + message.role + ": " + message.content;
  return visible(shortened(text, kShownBytes));
}

bool is_whole(const std::vector<Completion>& completions) {
  return std::ranges::none_of(
      completions, [](const Completion& one) { return one.finish_reason == "interrupted"; });
}

}  // namespace

std::string question_key(const Question& question) {
  Sha256 hash;
  hash.field(question.chat ? "chat" : "text");
  for (const model::Message& message : question.messages)
    hash.field(message.role).field(message.content);
  return hash.hex();
}

ReplayPolicy::ReplayPolicy(const std::filesystem::path& recording) : path_(recording) {
  const std::string text = read_file(recording, kMaxBytes);
  int number = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    RecordedLine line = recorded_line(text.substr(begin, end - begin),
                                      path_.string() + ":" + std::to_string(++number));
    asked_[line.key].lines.push_back({number, std::move(line.completions)});
    begin = end + 1;
  }
}

std::vector<Completion> ReplayPolicy::answers_to(const Question& question) {
  const auto found = asked_.find(question_key(question));
  if (found == asked_.end())
    throw DataError(path_.string() + " has no answer to this question:\n" + beginning_of(question),
                    kHowToRecord);
  auto& [lines, times] = found->second;
  const Line& line = lines[std::min(times++, lines.size() - 1)];
  const size_t wanted = question.seeds.size(), there = line.completions.size();
  if (there < wanted)
    throw DataError(path_.string() + ":" + std::to_string(line.number) + ": " +
                        std::to_string(wanted) + " answers are wanted, " + std::to_string(there) +
                        " were recorded, to this question:\n" + beginning_of(question),
                    kHowToRecord);
  return {line.completions.begin(), line.completions.begin() + std::ptrdiff_t(wanted)};
}

std::vector<std::vector<Completion>> ReplayPolicy::complete(std::span<const Question> questions,
                                                            const OnText& on_text,
                                                            std::stop_token stop) {
  std::vector<std::vector<Completion>> answers;
  for (size_t i = 0; i < questions.size(); ++i) {
    if (stop.stop_requested()) {
      answers.emplace_back(questions[i].seeds.size(), Completion{.finish_reason = "interrupted"});
      continue;
    }
    answers.push_back(answers_to(questions[i]));
    for (size_t k = 0; on_text && k < answers[i].size(); ++k) on_text(i, k, answers[i][k].text);
  }
  return answers;
}

RecordingPolicy::RecordingPolicy(std::unique_ptr<Policy> policy,
                                 const std::filesystem::path& recording)
    : policy_(std::move(policy)), file_(recording) {}

std::vector<std::vector<Completion>> RecordingPolicy::complete(std::span<const Question> questions,
                                                               const OnText& on_text,
                                                               std::stop_token stop) {
  auto answers = policy_->complete(questions, on_text, stop);
  for (size_t i = 0; i < questions.size(); ++i)
    if (is_whole(answers[i])) file_.line(to_json({question_key(questions[i]), answers[i]}));
  return answers;
}

}  // namespace cudal1::policy
