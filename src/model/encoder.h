// One text on its way to tokens.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cudal1/model/tokenizer.h"
#include "merge.h"
#include "split_pattern.h"
#include "tokenizer_parts.h"
#include "word_cache.h"

namespace cudal1::model {

// What encoding needs to know, the same for all texts.
struct EncodingTables {
  explicit EncodingTables(const TokenizerParts& parts);

  bool nfc;
  std::vector<SplitPattern> patterns;
  AddedTokenFinder raw, normalized;  // tokens that are looked for before and after NFC
  MergeTable merges;
  std::array<Token, 256> byte_tokens;
  std::unordered_map<std::string_view, Token>
      whole_words;  // with ignore_merges, by bytes: into `words`
  std::vector<std::string> words;
};

// For one text, in one thread.
class Encoder {
 public:
  Encoder(const EncodingTables& tables, const EncodeOptions& options, std::vector<Token>& out);
  void encode(std::string_view text);  // valid UTF-8

 private:
  void encode_plain(std::string_view text);  // without raw added tokens
  void split(std::string_view text, size_t pattern);
  void encode_word(std::string_view word);
  void merge(std::string_view word);

  const EncodingTables& tables_;
  const EncodeOptions& options_;
  std::vector<Token>& out_;
  std::vector<Pieces> pieces_;  // one for each pattern
  WordCache cache_;
  Merger merger_;
  std::string normal_;
  std::vector<Token> word_;
};

}  // namespace cudal1::model
