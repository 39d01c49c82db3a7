#include "encoder.h"

#include <algorithm>
#include <iterator>

#include "byte_alphabet.h"
#include "normal_form.h"

namespace cudal1::model {
namespace {

std::vector<AddedToken> those(const std::vector<AddedToken>& tokens, bool normalized) {
  std::vector<AddedToken> chosen;
  std::copy_if(tokens.begin(), tokens.end(), std::back_inserter(chosen),
               [&](const AddedToken& token) { return token.normalized == normalized; });
  return chosen;
}

std::vector<AddedToken> in_normal_form(std::vector<AddedToken> tokens) {
  std::string buffer;
  for (AddedToken& token : tokens) token.content = std::string(normal_form(token.content, buffer));
  return tokens;
}

}  // namespace

EncodingTables::EncodingTables(const TokenizerParts& parts)
    : nfc(parts.nfc),
      patterns(parts.patterns),
      raw(those(parts.added, false)),
      normalized(nfc ? in_normal_form(those(parts.added, true)) : those(parts.added, true)),
      merges(parts.merges),
      byte_tokens(parts.byte_tokens) {
  if (!parts.ignore_merges) return;
  words.reserve(parts.vocabulary.size());  // views of them must hold
  for (const auto& [spelling, id] : parts.vocabulary)
    if (auto bytes = bytes_of_spelling(spelling)) {
      words.push_back(std::move(*bytes));
      whole_words.emplace(words.back(), id);
    }
}

Encoder::Encoder(const EncodingTables& tables, const EncodeOptions& options,
                 std::vector<Token>& out)
    : tables_(tables), options_(options), out_(out), merger_(tables.merges) {
  for (const SplitPattern& pattern : tables.patterns) pieces_.emplace_back(pattern);
}

void Encoder::encode(std::string_view text) {
  for (const auto& part : tables_.raw.parts(text, options_.parse_special)) {
    if (part.token != nullptr)
      out_.push_back(part.token->id);
    else
      encode_plain(text.substr(part.first, part.last - part.first));
  }
}

void Encoder::encode_plain(std::string_view text) {
  if (tables_.nfc) text = normal_form(text, normal_);
  for (const auto& part : tables_.normalized.parts(text, options_.parse_special)) {
    if (part.token != nullptr)
      out_.push_back(part.token->id);
    else
      split(text.substr(part.first, part.last - part.first), 0);
  }
}

void Encoder::split(std::string_view text, size_t pattern) {
  if (pattern == pieces_.size()) return encode_word(text);
  pieces_[pattern].start(text);
  for (std::string_view piece; pieces_[pattern].next(piece);) split(piece, pattern + 1);
}

void Encoder::encode_word(std::string_view word) {
  const uint64_t hash = WordCache::hash(word);
  if (const auto* known = cache_.find(word, hash)) {
    out_.insert(out_.end(), known->begin(), known->end());
    return;
  }
  merge(word);
  cache_.add(word, hash, word_);
  out_.insert(out_.end(), word_.begin(), word_.end());
}

void Encoder::merge(std::string_view word) {
  word_.clear();
  if (const auto whole = tables_.whole_words.find(word); whole != tables_.whole_words.end())
    return word_.push_back(whole->second);
  for (const char byte : word) word_.push_back(tables_.byte_tokens[uint8_t(byte)]);
  merger_.merge(word_);
}

}  // namespace cudal1::model
