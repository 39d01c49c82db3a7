// Who proposes text: a model in this process, a server, a recording.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "cudal1/model/chat.h"
#include "cudal1/model/sampling.h"

namespace cudal1::policy {

// What is asked, and how many answers are wanted: one for each seed.
struct Question {
  std::vector<model::Message> messages;
  bool chat = true;  // false: the contents one after the other, as a text to go on with
  model::Sampling sampling;
  std::vector<uint64_t> seeds;
};

struct Completion {
  std::string text;
  std::vector<model::Token> tokens;  // empty where the policy does not tell
  std::vector<float> logprobs;       // of each token, as in model::Generated
  std::string finish_reason;         // "stop", "length", "interrupted"
};

// What was added to answer number `answer` of question number `question`, as it comes.
using OnText = std::function<void(size_t question, size_t answer, const std::string& added)>;

class Policy {
 public:
  virtual ~Policy() = default;
  virtual std::string name() const = 0;  // for reports: the folder, the server's model
  // [question][answer]. What ends a run (no such model, a server that refuses) is an exception.
  virtual std::vector<std::vector<Completion>> complete(std::span<const Question> questions,
                                                        const OnText& on_text,
                                                        std::stop_token stop) = 0;
};

}  // namespace cudal1::policy
