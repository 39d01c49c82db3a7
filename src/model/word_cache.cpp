#include "word_cache.h"

#include <algorithm>
#include <cstring>

namespace cudal1::model {
namespace {

constexpr uint64_t kFactor = 0x9E3779B97F4A7C15u;

uint64_t mixed(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * kFactor;
  return hash ^ hash >> 29;
}

}  // namespace

uint64_t WordCache::hash(std::string_view word) {
  uint64_t hash = word.size() * kFactor, part = 0;
  size_t at = 0;
  for (; at + sizeof part <= word.size(); at += sizeof part) {
    std::memcpy(&part, word.data() + at, sizeof part);
    hash = mixed(hash, part);
  }
  part = 0;
  for (; at < word.size(); ++at) part = part << 8 | uint8_t(word[at]);
  return mixed(mixed(hash, part), 0);
}

WordCache::Place& WordCache::place(uint64_t hash, std::string_view word) {
  size_t at = hash & (places_.size() - 1);
  for (;; at = (at + 1) & (places_.size() - 1)) {
    Place& place = places_[at];
    if (place.bytes == 0) return place;
    if (place.hash == hash && place.bytes == word.size() &&
        std::memcmp(bytes_.data() + place.bytes_at, word.data(), word.size()) == 0)
      return place;
  }
}

const std::span<const Token>* WordCache::find(std::string_view word, uint64_t hash) {
  const Place& found = place(hash, word);
  if (found.bytes == 0) return nullptr;
  found_ = std::span(tokens_).subspan(found.tokens_at, found.tokens);
  return &found_;
}

void WordCache::grow() {
  std::vector<Place> old(std::min(2 * places_.size(), kMaxPlaces));
  std::swap(old, places_);
  if (old.size() == places_.size()) {  // full
    used_ = 0;
    bytes_.clear();
    tokens_.clear();
    return;
  }
  for (const Place& known : old) {
    if (known.bytes == 0) continue;
    size_t at = known.hash & (places_.size() - 1);
    while (places_[at].bytes != 0) at = (at + 1) & (places_.size() - 1);
    places_[at] = known;
  }
}

void WordCache::add(std::string_view word, uint64_t hash, std::span<const Token> tokens) {
  if (word.empty() || word.size() > kMaxWordBytes) return;
  if (2 * (used_ + 1) > places_.size()) grow();
  place(hash, word) = {hash, uint32_t(bytes_.size()), uint32_t(tokens_.size()),
                       uint32_t(word.size()), uint32_t(tokens.size())};
  bytes_ += word;
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  ++used_;
}

}  // namespace cudal1::model
