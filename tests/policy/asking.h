// Questions and servers' answers for the tests of policies.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cudal1/policy/policy.h"

namespace cudal1::policy {

inline Question question(const std::string& text, size_t answers = 1) {
  Question one;
  one.messages = {{"user", text}};
  for (size_t i = 0; i < answers; ++i) one.seeds.push_back(uint64_t(i + 1) << 33);
  return one;
}

// As OpenAI has it: a choice for each text, each of one token.
inline nlohmann::json chat_answer(const std::vector<std::string>& texts) {
  nlohmann::json choices = nlohmann::json::array();
  for (const std::string& text : texts)
    choices.push_back({{"index", choices.size()},
                       {"message", {{"role", "assistant"}, {"content", text}}},
                       {"logprobs", {{"content", {{{"token", "t"}, {"logprob", -0.5}}}}}},
                       {"finish_reason", "stop"}});
  return {{"object", "chat.completion"}, {"choices", choices}};
}

}  // namespace cudal1::policy
