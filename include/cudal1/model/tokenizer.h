// Byte-level BPE as tokenizer.json of the Qwen and Llama-3 families describes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1::model {

using Token = int32_t;

struct EncodeOptions {
  bool template_tokens = false;  // what the post-processor puts around a text: Llama-3's <|begin_of_text|>
  bool parse_special = true;     // added tokens written out in the text are those tokens, not text
};

// Immutable and thread-safe; copies share what they are made of.
class Tokenizer {
 public:
  // DataError naming file and field: no JSON, a model other than byte-level BPE, a normalizer other than NFC, a
  // pattern that PCRE2 does not take, merges of unknown tokens, ids that are negative, too large or given twice.
  static Tokenizer read(const std::filesystem::path& file);
  static Tokenizer parse(std::string_view json, const std::string& name);

  // Invalid UTF-8 in `text` is encoded as U+FFFD.
  std::vector<Token> encode(std::string_view text, const EncodeOptions& options = {}) const;
  // Bytes that are no UTF-8 come out as U+FFFD. Unknown ids are left out.
  std::string decode(std::span<const Token> tokens, bool skip_special = false) const;
  // What a token adds to a text: bytes, perhaps a part of a character. Empty for unknown ids.
  std::string_view bytes_of(Token token) const;

  std::optional<Token> id_of(std::string_view token) const;  // "<|im_end|>", or as tokenizer.json spells it
  bool is_special(Token token) const;
  Token size() const;  // greatest id + 1
  // The file it was read from, unchanged, to be saved beside a checkpoint.
  const std::string& json() const;

 private:
  struct Impl;
  explicit Tokenizer(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// A text that arrives token by token, cut where characters end.
class TextStream {
 public:
  explicit TextStream(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}
  // The whole characters that this token completes; a byte that can belong to none comes out as U+FFFD.
  std::string add(Token token);
  // What is left at the end: an unfinished character as U+FFFD.
  std::string finish();

 private:
  const Tokenizer& tokenizer_;
  std::string pending_;
};

struct TokenizerTraining {
  int32_t vocab_size = 8192;  // with the 256 bytes and the special tokens
  std::vector<std::string> special_tokens = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
  int64_t min_frequency = 2;  // of a pair that is merged
};
// Byte-pair encoding of `texts`, as tokenizer.json with Qwen2's normalizer and split pattern: the most frequent pair is
// merged, of equals the one that comes first in the byte order of its two parts. The same texts give the same file.
std::string train_tokenizer(std::span<const std::string> texts, const TokenizerTraining& training);

}  // namespace cudal1::model
