#include <algorithm>
#include <nlohmann/json.hpp>

#include "cudal1/core/error.h"
#include "cudal1/core/shorten.h"
#include "cudal1/core/visible.h"
#include "policy/json_fields.h"
#include "policy/server_messages.h"

namespace cudal1::policy {
namespace {

using nlohmann::json;

constexpr const char* kName = "the server's answer";
constexpr size_t kReasonBytes = 40;

float logprob_of(const json& value) {
  if (!value.is_number()) throw DataError(std::string(kName) + ": a log-probability is no number");
  return value.get<float>();
}

// {"content": [{"logprob"}]} of chats, {"token_logprobs": […]} of completions.
std::vector<float> logprobs_of(const json& choice) {
  std::vector<float> logprobs;
  const auto found = choice.find("logprobs");
  if (found == choice.end() || !found->is_object()) return logprobs;
  if (const auto content = found->find("content"); content != found->end() && content->is_array())
    for (const json& token : *content)
      logprobs.push_back(logprob_of(token.is_object() ? token.value("logprob", json()) : token));
  else if (const auto plain = found->find("token_logprobs");
           plain != found->end() && plain->is_array())
    for (const json& value : *plain) logprobs.push_back(logprob_of(value));
  return logprobs;
}

// A model that spent all its tokens on thinking has null for content.
std::string text_of(const json& choice) {
  const auto message = choice.is_object() ? choice.find("message") : choice.end();
  if (message == choice.end()) return text_in(choice, "text", kName);
  const auto content = message->is_object() ? message->find("content") : message->end();
  return content != message->end() && content->is_null() ? "" : text_in(*message, "content", kName);
}

std::string finish_of(const json& choice) {
  const auto found = choice.find("finish_reason");
  if (found == choice.end() || found->is_null()) return "stop";
  return visible(shortened(text_in(choice, "finish_reason", kName), kReasonBytes));
}

int64_t index_of(const json& choice) {
  const auto found = choice.is_object() ? choice.find("index") : choice.end();
  return found != choice.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

// null where there is no such text.
const std::string* text_at(const json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get_ptr<const std::string*>()
                                                     : nullptr;
}

}  // namespace

std::vector<Completion> completions_in(const std::string& body) {
  const json answer = parse_object(body, kName);
  std::vector<json> choices = array_in(answer, "choices", kName);
  if (choices.empty()) throw DataError(std::string(kName) + ": \"choices\" are empty");
  std::ranges::stable_sort(choices, {}, index_of);
  std::vector<Completion> completions;
  for (const json& one : choices) {
    std::string text = text_of(one);  // first: this refuses what is no object
    completions.push_back({std::move(text), {}, logprobs_of(one), finish_of(one)});
  }
  return completions;
}

std::string refusal_in(const std::string& body) {
  try {
    const json answer = parse_object(body, kName);
    if (const auto error = answer.find("error"); error != answer.end())
      if (const std::string* message = text_at(*error, "message")) return *message;
    for (const char* key : {"error", "message", "detail"})
      if (const std::string* message = text_at(answer, key)) return *message;
  } catch (const DataError&) {  // not JSON: a proxy's page, say
  }
  return body;
}

}  // namespace cudal1::policy
