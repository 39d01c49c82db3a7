#include "read_pipeline.h"

#include <algorithm>

#include "json_text.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

constexpr int64_t kMaxSteps = 16;

// GPT-2's, which ByteLevel has built in.
constexpr std::string_view kByteLevelPattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

// Runs `action` on the step that `key` of `file` holds, or, where that is a Sequence, on each of
// its steps in `list`.
template <typename Action>
void for_each_step(const Fields& file, const std::string& key, const std::string& list,
                   Action action) {
  if (!file.has(key)) return;
  const Fields step = file.object(key);
  if (step.text("type", "a text") != "Sequence") return action(step);
  const json& steps = step.at(list, "an array");
  if (!steps.is_array() || int64_t(steps.size()) > kMaxSteps)
    step.refuse(list, "an array of at most " + std::to_string(kMaxSteps) + " elements");
  for (const json& element : steps) action(step.like(element));
}

void read_split(const Fields& step, const std::string& name, std::vector<SplitPattern>& patterns) {
  if (step.text("behavior", "\"Isolated\"") != "Isolated") step.refuse("behavior", "\"Isolated\"");
  if (step.boolean("invert", false)) step.refuse("invert", "false");
  const Fields pattern = step.object("pattern");
  patterns.emplace_back(pattern.text("Regex", "a regular expression"),
                        name + ": pre_tokenizer.pattern.Regex");
}

Token template_token(const Fields& step, const std::string& id, const TokenizerParts& parts) {
  const auto added = std::find_if(parts.added.begin(), parts.added.end(),
                                  [&](const AddedToken& token) { return token.content == id; });
  if (added != parts.added.end()) return added->id;
  const auto known = parts.vocabulary.find(id);
  if (known == parts.vocabulary.end())
    step.contradict("post_processor: " + shown(id) + " is no token");
  return known->second;
}

// "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}
std::vector<Token> special_ids(const Fields& step, const std::string& id,
                               const TokenizerParts& parts) {
  const Fields special = step.object("special_tokens").object(id);
  const json& tokens = special.at("tokens", "an array of texts");
  const json& ids = special.at("ids", "an array of ids");
  if (!tokens.is_array() || !ids.is_array() || tokens.size() != ids.size() ||
      int64_t(ids.size()) > kMaxSteps)
    special.refuse("ids", "as many ids as \"tokens\" has texts, at most 16");
  std::vector<Token> result;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].is_string()) special.refuse("tokens", "an array of texts");
    result.push_back(template_token(step, tokens[i].get<std::string>(), parts));
    if (ids[i] != result.back())
      special.refuse("ids", "the ids of \"tokens\", here " + std::to_string(result.back()));
  }
  return result;
}

void read_template_step(const Fields& step, TokenizerParts& parts) {
  const std::string expected = "an array with {\"Sequence\": {\"id\": \"A\"}} once";
  const json& pieces = step.at("single", expected);
  if (!pieces.is_array() || int64_t(pieces.size()) > kMaxSteps) step.refuse("single", expected);
  std::vector<Token> before, after;
  bool has_text = false;
  for (const json& element : pieces) {
    const Fields piece = step.like(element);
    if (piece.has("SpecialToken")) {
      const std::string id = piece.object("SpecialToken").text("id", "the name of a token");
      const std::vector<Token> ids = special_ids(step, id, parts);
      std::vector<Token>& side = has_text ? after : before;
      side.insert(side.end(), ids.begin(), ids.end());
    } else {
      const Fields text = piece.object("Sequence");
      if (has_text || text.text("id", "\"A\"") != "A") step.refuse("single", expected);
      has_text = true;
    }
  }
  if (!has_text) step.refuse("single", expected);
  // Of several templates each goes around what the ones before it made.
  parts.before.insert(parts.before.begin(), before.begin(), before.end());
  parts.after.insert(parts.after.end(), after.begin(), after.end());
}

}  // namespace

bool reads_nfc(const Fields& file) {
  bool nfc = false;
  for_each_step(file, "normalizer", "normalizers", [&](const Fields& step) {
    if (step.text("type", "\"NFC\"") != "NFC") step.refuse("type", "\"NFC\"");
    nfc = true;
  });
  return nfc;
}

std::vector<SplitPattern> read_patterns(const Fields& file, const std::string& name) {
  std::vector<SplitPattern> patterns;
  bool to_bytes = false;
  for_each_step(file, "pre_tokenizer", "pretokenizers", [&](const Fields& step) {
    const std::string expected = "\"Split\" or, as the last one, \"ByteLevel\"";
    const std::string type = step.text("type", expected);
    if (to_bytes || (type != "Split" && type != "ByteLevel")) step.refuse("type", expected);
    if (type == "Split") return read_split(step, name, patterns);
    to_bytes = true;
    if (step.boolean("add_prefix_space", true)) step.refuse("add_prefix_space", "false");
    if (step.boolean("use_regex", true))
      patterns.emplace_back(kByteLevelPattern, name + ": pre_tokenizer.use_regex");
  });
  if (!to_bytes)
    file.refuse("pre_tokenizer", "\"ByteLevel\", alone or at the end of a \"Sequence\"");
  return patterns;
}

void check_decoder(const Fields& file) {
  bool from_bytes = false;
  for_each_step(file, "decoder", "decoders", [&](const Fields& step) {
    if (from_bytes || step.text("type", "\"ByteLevel\"") != "ByteLevel")
      step.refuse("type", "\"ByteLevel\", once");
    from_bytes = true;
  });
  if (!from_bytes) file.refuse("decoder", "\"ByteLevel\"");
}

void read_template(const Fields& file, TokenizerParts& parts) {
  for_each_step(file, "post_processor", "processors", [&](const Fields& step) {
    const std::string expected = "\"ByteLevel\" or \"TemplateProcessing\"";
    const std::string type = step.text("type", expected);
    if (type == "TemplateProcessing") return read_template_step(step, parts);
    if (type != "ByteLevel") step.refuse("type", expected);  // which only moves offsets
  });
}

}  // namespace cudal1::model
