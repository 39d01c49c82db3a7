// What a tokenizer.json says, read and checked.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "added_tokens.h"
#include "cudal1/model/tokenizer.h"
#include "merge.h"
#include "split_pattern.h"

namespace cudal1::model {

struct TokenizerParts {
  std::unordered_map<std::string, Token>
      vocabulary;  // as the file spells them; without the added ones
  std::array<Token, 256> byte_tokens{};
  MergeTable merges;
  bool ignore_merges = false;  // a word that is a token as a whole is that token
  std::vector<AddedToken> added;
  bool nfc = false;
  std::vector<SplitPattern> patterns;  // one after the other
  std::vector<Token> before, after;    // what the post-processor puts around a text
};

// Greatest id that is taken; published vocabularies have up to 2^18 tokens.
constexpr int64_t kMaxId = (int64_t(1) << 22) - 1;

TokenizerParts read_tokenizer_parts(std::string_view json, const std::string& name);

}  // namespace cudal1::model
