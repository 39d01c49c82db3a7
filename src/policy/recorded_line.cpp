#include "policy/recorded_line.h"

#include <limits>

#include "cudal1/core/error.h"
#include "policy/json_fields.h"

namespace cudal1::policy {
namespace {

using nlohmann::json;

std::vector<model::Token> tokens_of(const json& object, const std::string& name) {
  std::vector<model::Token> tokens;
  for (const json& one : array_in(object, "token_ids", name)) {
    if (!one.is_number_integer() || one < 0 || one > std::numeric_limits<model::Token>::max())
      throw DataError(name + ": \"token_ids\" are no token numbers");
    tokens.push_back(one.get<model::Token>());
  }
  return tokens;
}

// null stands for what JSON has no number for.
std::vector<float> logprobs_of(const json& object, const std::string& name) {
  std::vector<float> logprobs;
  for (const json& one : array_in(object, "logprobs", name)) {
    if (!one.is_number() && !one.is_null()) throw DataError(name + ": \"logprobs\" are no numbers");
    logprobs.push_back(one.is_null() ? -std::numeric_limits<float>::infinity() : one.get<float>());
  }
  return logprobs;
}

json completion_json(const Completion& completion) {
  return {{"text", completion.text},
          {"token_ids", completion.tokens},
          {"logprobs", completion.logprobs},
          {"finish_reason", completion.finish_reason}};
}

Completion completion_of(const json& object, const std::string& name) {
  return {text_in(object, "text", name), tokens_of(object, name), logprobs_of(object, name),
          text_in(object, "finish_reason", name)};
}

}  // namespace

std::string to_json(const RecordedLine& line) {
  json completions = json::array();
  for (const Completion& one : line.completions) completions.push_back(completion_json(one));
  return json{{"key", line.key}, {"completions", completions}}.dump(-1, ' ', false,
                                                                    json::error_handler_t::replace);
}

RecordedLine recorded_line(const std::string& text, const std::string& name) {
  const json object = parse_object(text, name);
  RecordedLine line{text_in(object, "key", name), {}};
  for (const json& one : array_in(object, "completions", name))
    line.completions.push_back(completion_of(one, name));
  return line;
}

}  // namespace cudal1::policy
