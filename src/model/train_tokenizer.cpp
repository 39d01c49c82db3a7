#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

#include "byte_alphabet.h"
#include "cudal1/core/error.h"
#include "cudal1/model/tokenizer.h"
#include "learn_merges.h"
#include "normal_form.h"
#include "split_pattern.h"
#include "tokenizer_parts.h"
#include "utf8.h"
#include "word_cache.h"

namespace cudal1::model {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kQwen2Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

void check(const TokenizerTraining& training) {
  const auto least = 256 + int64_t(training.special_tokens.size());
  if (training.vocab_size < least || training.vocab_size > kMaxId)
    throw UsageError("a vocabulary of " + std::to_string(training.vocab_size) +
                     " tokens, expected " + std::to_string(least) +
                     " (bytes and special tokens) to " + std::to_string(kMaxId));
  std::unordered_set<std::string> seen;
  for (const std::string& token : training.special_tokens)
    if (token.size() < 2 || !is_utf8(token) || !seen.insert(token).second)
      throw UsageError("special token '" + token +
                       "': expected UTF-8 of at least two bytes that no other one has");
}

struct WordHash {
  using is_transparent = void;
  size_t operator()(std::string_view word) const { return WordCache::hash(word); }
};

std::vector<CountedWord> count_words(std::span<const std::string> texts) {
  std::unordered_map<std::string, int64_t, WordHash, std::equal_to<>> counts;
  Pieces pieces(SplitPattern(kQwen2Pattern, "the split pattern"));
  std::string buffer;
  for (const std::string& text : texts) {
    const std::string valid = is_utf8(text) ? std::string() : to_utf8(text);
    pieces.start(normal_form(valid.empty() ? text : valid, buffer));
    for (std::string_view word; pieces.next(word);) {
      const auto known = counts.find(word);
      if (known != counts.end())
        ++known->second;
      else
        counts.emplace(word, 1);
    }
  }
  std::vector<CountedWord> words;
  for (auto& [bytes, count] : counts) words.push_back({bytes, count});
  return words;
}

Json byte_level() {
  return {{"type", "ByteLevel"},
          {"add_prefix_space", false},
          {"trim_offsets", false},
          {"use_regex", false}};
}

Json pre_tokenizer() {
  const Json split = {{"type", "Split"},
                      {"pattern", {{"Regex", kQwen2Pattern}}},
                      {"behavior", "Isolated"},
                      {"invert", false}};
  return {{"type", "Sequence"}, {"pretokenizers", Json::array({split, byte_level()})}};
}

Json bpe(const LearntMerges& learnt) {
  Json vocabulary = Json::object(), merges = Json::array();
  // Straight into the object's vector: operator[] would look for the key among all the others.
  auto& members = vocabulary.get_ref<Json::object_t&>();
  for (size_t id = 0; id < learnt.tokens.size(); ++id)
    static_cast<Json::object_t::Container&>(members).emplace_back(spelled(learnt.tokens[id]), id);
  for (const LearntMerge& merge : learnt.merges)
    merges.push_back(spelled(learnt.tokens[merge.left]) + " " +
                     spelled(learnt.tokens[merge.right]));
  return {{"type", "BPE"},
          {"dropout", nullptr},
          {"unk_token", nullptr},
          {"continuing_subword_prefix", nullptr},
          {"end_of_word_suffix", nullptr},
          {"fuse_unk", false},
          {"byte_fallback", false},
          {"ignore_merges", false},
          {"vocab", std::move(vocabulary)},
          {"merges", std::move(merges)}};
}

// After all others, as Qwen has them.
Json added_tokens(const LearntMerges& learnt, const std::vector<std::string>& special) {
  Json tokens = Json::array();
  for (const std::string& content : special) {
    if (std::find(learnt.tokens.begin(), learnt.tokens.end(), content) != learnt.tokens.end())
      throw UsageError("special token '" + content + "' is a frequent word of the texts as well");
    tokens.push_back({{"id", learnt.tokens.size() + tokens.size()},
                      {"content", content},
                      {"single_word", false},
                      {"lstrip", false},
                      {"rstrip", false},
                      {"normalized", false},
                      {"special", true}});
  }
  return tokens;
}

}  // namespace

std::string train_tokenizer(std::span<const std::string> texts, const TokenizerTraining& training) {
  check(training);
  const size_t tokens = size_t(training.vocab_size) - training.special_tokens.size();
  const LearntMerges learnt =
      learn_merges(count_words(texts), tokens, std::max<int64_t>(training.min_frequency, 1));
  const Json json = {{"version", "1.0"},
                     {"truncation", nullptr},
                     {"padding", nullptr},
                     {"added_tokens", added_tokens(learnt, training.special_tokens)},
                     {"normalizer", {{"type", "NFC"}}},
                     {"pre_tokenizer", pre_tokenizer()},
                     {"post_processor", byte_level()},
                     {"decoder", byte_level()},
                     {"model", bpe(learnt)}};
  return json.dump(2) + "\n";
}

}  // namespace cudal1::model
