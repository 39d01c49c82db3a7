#include "read_vocabulary.h"

#include <unordered_set>

#include "byte_alphabet.h"
#include "json_text.h"

namespace cudal1::model {
namespace {

using nlohmann::json;

constexpr Integers kIds = {0, kMaxId};
constexpr size_t kMaxAddedBytes = 1024;

void refuse_unless_empty(const Fields& model, const std::string& key) {
  if (model.has(key) && !model.text(key, "null").empty()) model.refuse(key, "null");
}

void read_tokens(const Fields& model, TokenizerParts& parts) {
  const Fields vocabulary = model.object("vocab");
  std::unordered_set<Token> ids;
  parts.vocabulary.reserve(vocabulary.json().size());
  for (const auto& [spelling, id] : vocabulary.json().items()) {
    const Token token = Token(vocabulary.integer(spelling, kIds));
    if (!ids.insert(token).second) vocabulary.refuse(spelling, "an id that no other token has");
    parts.vocabulary.emplace(spelling, token);
  }
}

void find_bytes(const Fields& model, TokenizerParts& parts) {
  for (int byte = 0; byte < 256; ++byte) {
    const auto found = parts.vocabulary.find(spelled(std::string(1, char(byte))));
    if (found == parts.vocabulary.end())
      model.contradict("model.vocab has no token for the byte " + std::to_string(byte) +
                       "; byte-level BPE has one for each");
    parts.byte_tokens[byte] = found->second;
  }
}

struct Pair {
  std::string left, right;
};

// "a b", or ["a", "b"] as newer files have it.
Pair pair_of(const json& merge, const Fields& model, size_t index) {
  if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
    return {merge[0].get<std::string>(), merge[1].get<std::string>()};
  if (merge.is_string()) {
    const std::string& text = merge.get_ref<const std::string&>();
    const size_t space = text.find(' ');
    if (space != std::string::npos && text.find(' ', space + 1) == std::string::npos)
      return {text.substr(0, space), text.substr(space + 1)};
  }
  model.contradict("model.merges[" + std::to_string(index) + "] is " + shown(merge) +
                   ", expected \"left right\" or [\"left\", \"right\"]");
}

void read_merges(const Fields& model, TokenizerParts& parts) {
  const json& merges = model.at("merges", "an array");
  if (!merges.is_array()) model.refuse("merges", "an array");
  parts.merges = MergeTable(merges.size());
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    const auto token = [&](const std::string& spelling) {
      const auto found = parts.vocabulary.find(spelling);
      if (found == parts.vocabulary.end())
        model.contradict("model.merges[" + std::to_string(rank) + "]: " + shown(spelling) +
                         " is not in model.vocab");
      return found->second;
    };
    const Pair pair = pair_of(merges[rank], model, rank);
    const Token left = token(pair.left), right = token(pair.right);
    parts.merges.set(left, right, uint32_t(rank), token(pair.left + pair.right));
  }
}

AddedToken read_added_token(const Fields& fields) {
  const std::string expected = "a text of 1 to " + std::to_string(kMaxAddedBytes) + " bytes";
  AddedToken token;
  token.id = Token(fields.integer("id", kIds));
  token.content = fields.text("content", expected);
  if (token.content.empty() || token.content.size() > kMaxAddedBytes)
    fields.refuse("content", expected);
  token.special = fields.boolean("special", false);
  token.lstrip = fields.boolean("lstrip", false);
  token.rstrip = fields.boolean("rstrip", false);
  token.single_word = fields.boolean("single_word", false);
  token.normalized = fields.boolean("normalized", !token.special);
  return token;
}

}  // namespace

void read_vocabulary(const Fields& model, TokenizerParts& parts) {
  // Old files of GPT-2's kind have no type.
  if (model.has("type") && model.text("type", "\"BPE\"") != "BPE") model.refuse("type", "\"BPE\"");
  if (model.has("dropout") && model.number("dropout", {0, 1}) != 0) model.refuse("dropout", "null");
  refuse_unless_empty(model, "continuing_subword_prefix");
  refuse_unless_empty(model, "end_of_word_suffix");
  // unk_token, fuse_unk and byte_fallback are about characters without a token: with all bytes
  // there, there are none.
  parts.ignore_merges = model.boolean("ignore_merges", false);
  read_tokens(model, parts);
  find_bytes(model, parts);
  read_merges(model, parts);
}

void read_added_tokens(const Fields& file, const std::string& name, TokenizerParts& parts) {
  if (!file.has("added_tokens")) return;
  const json& tokens = file.at("added_tokens", "an array");
  if (!tokens.is_array()) file.refuse("added_tokens", "an array");
  std::unordered_map<Token, std::string> spelling_of;
  for (const auto& [spelling, id] : parts.vocabulary) spelling_of.emplace(id, spelling);
  std::unordered_set<std::string> contents;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Fields fields(tokens[i], name, "added_tokens[" + std::to_string(i) + "].");
    AddedToken token = read_added_token(fields);
    if (!contents.insert(token.content).second)
      fields.refuse("content", "a text that no other added token has");
    const auto known = parts.vocabulary.find(token.content);
    if (known != parts.vocabulary.end() && known->second != token.id)
      fields.refuse("id", "the one of model.vocab, " + std::to_string(known->second));
    if (spelling_of.emplace(token.id, token.content).first->second != token.content)
      fields.refuse("id", "an id that no other token has");
    parts.added.push_back(std::move(token));
  }
}

}  // namespace cudal1::model
