#include <nlohmann/json.hpp>

#include "policy/server_messages.h"

namespace cudal1::policy {
namespace {

using nlohmann::json;

// Servers keep seeds in 64, 32 or 31 bits, with or without a sign.
uint64_t seed_for_servers(uint64_t seed) { return seed >> 33; }

json messages_json(const Question& question) {
  json messages = json::array();
  for (const model::Message& message : question.messages)
    messages.push_back({{"role", message.role}, {"content", message.content}});
  return messages;
}

std::string prompt_of(const Question& question) {
  std::string text;
  for (const model::Message& message : question.messages) text += message.content;
  return text;
}

// What OpenAI's own servers do not know is sent only where it changes something.
void add_sampling(json& body, const model::Sampling& sampling) {
  const model::Sampling usual;
  body["temperature"] = sampling.temperature;
  body["top_p"] = sampling.top_p;
  body["max_tokens"] = sampling.max_tokens;
  if (!sampling.stop.empty()) body["stop"] = sampling.stop;
  if (sampling.top_k != usual.top_k) body["top_k"] = sampling.top_k;
  if (sampling.min_p != usual.min_p) body["min_p"] = sampling.min_p;
  if (sampling.repetition_penalty != usual.repetition_penalty)
    body["repetition_penalty"] = sampling.repetition_penalty;
  if (sampling.ignore_end) body["ignore_eos"] = true;
}

}  // namespace

const char* path_of(const Question& question) {
  return question.chat ? "/chat/completions" : "/completions";
}

std::string request_body(const std::string& model, const Question& question,
                         std::span<const uint64_t> seeds) {
  json body = {{"model", model}};
  if (question.chat) {
    body["messages"] = messages_json(question);
    body["logprobs"] = true;
  } else {
    body["prompt"] = prompt_of(question);
    body["logprobs"] = 1;  // here a number: of how many tokens besides the chosen one
  }
  add_sampling(body, question.sampling);
  if (seeds.size() == 1)
    body["seed"] = seed_for_servers(seeds[0]);
  else
    body["n"] = seeds.size();
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace cudal1::policy
