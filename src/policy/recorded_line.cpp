#include "policy/recorded_line.h"

#include <limits>

#include "cudal1/core/error.h"
#include "model/fields.h"
#include "model/json_text.h"

namespace cudal1::policy {
namespace {

using model::Fields;
using nlohmann::json;

const json& array(const Fields& fields, const std::string& key) {
  const json& value = fields.at(key, "an array");
  if (!value.is_array()) fields.refuse(key, "an array");
  return value;
}

std::vector<model::Token> tokens_of(const Fields& fields) {
  std::vector<model::Token> tokens;
  for (const json& one : array(fields, "token_ids")) {
    if (!one.is_number_integer() || one < 0 || one > std::numeric_limits<model::Token>::max())
      fields.refuse("token_ids", "token numbers");
    tokens.push_back(one.get<model::Token>());
  }
  return tokens;
}

// null stands for what JSON has no number for.
std::vector<float> logprobs_of(const Fields& fields) {
  std::vector<float> logprobs;
  for (const json& one : array(fields, "logprobs")) {
    if (!one.is_number() && !one.is_null()) fields.refuse("logprobs", "numbers");
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

Completion completion_of(const Fields& fields) {
  return {fields.text("text", "a text"), tokens_of(fields), logprobs_of(fields),
          fields.text("finish_reason", "a word")};
}

}  // namespace

std::string to_json(const RecordedLine& line) {
  json completions = json::array();
  for (const Completion& one : line.completions) completions.push_back(completion_json(one));
  return json{{"key", line.key}, {"completions", completions}}.dump(-1, ' ', false,
                                                                    json::error_handler_t::replace);
}

RecordedLine recorded_line(const std::string& text, const std::string& name) {
  const json object = model::parse_json(text, name);
  const Fields fields(object, name);
  RecordedLine line{fields.text("key", "the question's hash"), {}};
  for (const json& one : array(fields, "completions"))
    line.completions.push_back(completion_of(Fields(one, name, "completions.")));
  return line;
}

}  // namespace cudal1::policy
