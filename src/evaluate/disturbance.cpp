#include "disturbance.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "cudal1/core/rng.h"
#include "demangle.h"

namespace cudal1::evaluate {
namespace {

constexpr size_t kWord = 4;
constexpr size_t kMostVersions = 5;  // of one variable

// Offsets of the words that differ; the last may be shorter than a word.
std::vector<size_t> changed_words(const execute::ChangedVariable& variable) {
  std::vector<size_t> offsets;
  for (size_t offset = 0; offset < variable.now.size(); offset += kWord) {
    const size_t end = std::min(offset + kWord, variable.now.size());
    if (!std::equal(variable.now.begin() + offset, variable.now.begin() + end,
                    variable.initial.begin() + offset))
      offsets.push_back(offset);
  }
  return offsets;
}

}  // namespace

std::vector<std::vector<std::byte>> disturbances(const execute::ChangedVariable& variable,
                                                 uint64_t seed) {
  const std::vector<size_t> words = changed_words(variable);
  if (words.empty()) return {};
  Rng rng(seed);
  std::vector<std::vector<std::byte>> versions;
  const auto disturb = [&](size_t begin, size_t end, uint32_t mask) {
    if (begin == end) return;
    std::vector<std::byte>& bytes = versions.emplace_back(variable.now);
    for (size_t i = begin; i < end; ++i) {
      const uint32_t bits = uint32_t(rng.next() >> 32) & mask;
      std::memcpy(bytes.data() + words[i], &bits, std::min(kWord, bytes.size() - words[i]));
    }
  };
  const size_t count = words.size(), half = count / 2, eighth = count / 8;
  const size_t somewhere = eighth > 0 ? size_t(rng.below(count - eighth + 1)) : 0;
  disturb(0, count, 0xffffffff);
  disturb(0, count, 0x7fffffff);
  disturb(half, count, 0xffffffff);
  disturb(0, half, 0xffffffff);
  disturb(somewhere, somewhere + eighth, 0xffffffff);
  return versions;
}

std::vector<LeftBehind> other_states(const std::vector<execute::ChangedVariable>& left,
                                     uint64_t seed) {
  std::vector<LeftBehind> together(left.size() > 1 ? 2 : 0, {"module variables", {}}), single;
  std::vector<std::vector<std::vector<std::byte>>> versions;  // [variable][version]
  for (size_t i = 0; i < left.size(); ++i) versions.push_back(disturbances(left[i], seed + i));
  for (size_t k = 0; k < kMostVersions; ++k)
    for (size_t i = 0; i < left.size(); ++i) {
      if (k >= versions[i].size()) continue;
      if (k < together.size()) together[k].contents.emplace_back(left[i].symbol, versions[i][k]);
      single.push_back(
          {demangled_name(left[i].symbol), {{left[i].symbol, std::move(versions[i][k])}}});
    }
  together.insert(together.end(), std::make_move_iterator(single.begin()),
                  std::make_move_iterator(single.end()));
  return together;
}

}  // namespace cudal1::evaluate
