#include "cudal1/model/tokenizer.h"

#include <algorithm>
#include <unordered_map>

#include "byte_alphabet.h"
#include "cudal1/core/files.h"
#include "encoder.h"
#include "normal_form.h"
#include "tokenizer_parts.h"
#include "utf8.h"

namespace cudal1::model {
namespace {

constexpr uint64_t kMaxFileBytes = 64u << 20;

// How the decoder ByteLevel sees a token: as spelled bytes, or, with a character that stands for
// none, as it is.
std::string decoded(const std::string& spelling) {
  return bytes_of_spelling(spelling).value_or(spelling);
}

}  // namespace

struct Tokenizer::Impl {
  Impl(std::string_view text, const std::string& name) : json(text) {
    TokenizerParts parts = read_tokenizer_parts(text, name);
    tables = std::make_unique<const EncodingTables>(parts);
    for (const auto& [spelling, id] : parts.vocabulary) learn(id, spelling);
    std::string buffer;
    for (const AddedToken& token : parts.added) {
      learn(token.id, token.normalized && parts.nfc
                          ? std::string(normal_form(token.content, buffer))
                          : token.content);
      special[token.id] = token.special;
      parts.vocabulary.emplace(token.content, token.id);
    }
    ids = std::move(parts.vocabulary);
    before = std::move(parts.before);
    after = std::move(parts.after);
  }

  void learn(Token id, const std::string& spelling) {
    if (size_t(id) >= bytes.size()) {
      bytes.resize(size_t(id) + 1);
      special.resize(size_t(id) + 1);
    }
    bytes[id] = decoded(spelling);
  }
  bool knows(Token token) const { return token >= 0 && size_t(token) < bytes.size(); }

  std::string json;
  std::unique_ptr<const EncodingTables> tables;
  std::unordered_map<std::string, Token> ids;
  std::vector<std::string> bytes;  // by id
  std::vector<bool> special;       // by id
  std::vector<Token> before, after;
};

Tokenizer Tokenizer::read(const std::filesystem::path& file) {
  return parse(read_file(file, kMaxFileBytes), file.string());
}

Tokenizer Tokenizer::parse(std::string_view json, const std::string& name) {
  return Tokenizer(std::make_shared<const Impl>(json, name));
}

std::vector<Token> Tokenizer::encode(std::string_view text, const EncodeOptions& options) const {
  std::vector<Token> tokens;
  if (options.template_tokens) tokens = impl_->before;
  Encoder encoder(*impl_->tables, options, tokens);
  if (is_utf8(text))
    encoder.encode(text);
  else
    encoder.encode(to_utf8(text));
  if (options.template_tokens)
    tokens.insert(tokens.end(), impl_->after.begin(), impl_->after.end());
  return tokens;
}

std::string Tokenizer::decode(std::span<const Token> tokens, bool skip_special) const {
  std::string bytes;
  for (const Token token : tokens)
    if (!skip_special || !is_special(token)) bytes += bytes_of(token);
  return is_utf8(bytes) ? bytes : to_utf8(bytes);
}

std::string_view Tokenizer::bytes_of(Token token) const {
  return impl_->knows(token) ? std::string_view(impl_->bytes[token]) : std::string_view();
}

std::optional<Token> Tokenizer::id_of(std::string_view token) const {
  const auto found = impl_->ids.find(std::string(token));
  if (found == impl_->ids.end()) return std::nullopt;
  return found->second;
}

bool Tokenizer::is_special(Token token) const {
  return impl_->knows(token) && impl_->special[token];
}

Token Tokenizer::size() const { return Token(impl_->bytes.size()); }

const std::string& Tokenizer::json() const { return impl_->json; }

}  // namespace cudal1::model
