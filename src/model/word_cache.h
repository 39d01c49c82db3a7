// Words that were merged already. Texts repeat theirs: looking one up is faster than merging it
// again.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/model/tokenizer.h"

namespace cudal1::model {

// For one thread. Bounded: begins anew when it is full.
class WordCache {
 public:
  WordCache() : places_(kFirstPlaces) {}

  static uint64_t hash(std::string_view word);
  // Null where the word is not known, or is the empty one; valid until the next add().
  const std::span<const Token>* find(std::string_view word, uint64_t hash);
  // A word that find() did not find.
  void add(std::string_view word, uint64_t hash, std::span<const Token> tokens);

 private:
  static constexpr size_t kFirstPlaces = 256, kMaxPlaces = 1 << 18, kMaxWordBytes = 256;

  struct Place {
    uint64_t hash;
    uint32_t bytes_at, tokens_at;
    uint32_t bytes = 0, tokens;  // 0 bytes: empty
  };
  Place& place(uint64_t hash, std::string_view word);
  void grow();

  std::vector<Place> places_;  // a power of two
  size_t used_ = 0;
  std::string bytes_;
  std::vector<Token> tokens_;
  std::span<const Token> found_;
};

}  // namespace cudal1::model
