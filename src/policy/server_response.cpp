#include <algorithm>
#include <nlohmann/json.hpp>

#include "cudal1/core/error.h"
#include "cudal1/core/shorten.h"
#include "cudal1/core/visible.h"
#include "model/fields.h"
#include "model/json_text.h"
#include "policy/server_messages.h"

namespace cudal1::policy {
namespace {

using model::Fields;
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
std::string text_of(const Fields& choice) {
  if (!choice.present("message")) return choice.text("text", "the text");
  const Fields message = choice.object("message");
  return message.at("content", "the text").is_null() ? "" : message.text("content", "the text");
}

std::string finish_of(const Fields& choice) {
  if (!choice.has("finish_reason")) return "stop";
  return visible(shortened(choice.text("finish_reason", "a word"), kReasonBytes));
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
  const json answer = model::parse_json(body, kName);
  const Fields fields(answer, kName);
  if (!fields.at("choices", "an array").is_array() || answer["choices"].empty())
    fields.refuse("choices", "an array with an answer in it");
  std::vector<json> choices = answer["choices"];
  std::ranges::stable_sort(choices, {}, index_of);
  std::vector<Completion> completions;
  for (const json& one : choices) {
    const Fields choice(one, kName, "choices.");
    completions.push_back({text_of(choice), {}, logprobs_of(one), finish_of(choice)});
  }
  return completions;
}

std::string refusal_in(const std::string& body) {
  try {
    const json answer = model::parse_json(body, kName);
    if (const auto error = answer.find("error"); error != answer.end())
      if (const std::string* message = text_at(*error, "message")) return *message;
    for (const char* key : {"error", "message", "detail"})
      if (const std::string* message = text_at(answer, key)) return *message;
  } catch (const DataError&) {  // not JSON: a proxy's page, say
  }
  return body;
}

}  // namespace cudal1::policy
