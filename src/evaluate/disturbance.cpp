#include "disturbance.h"

#include <algorithm>
#include <cstring>

#include "cudal1/core/rng.h"
#include "demangle.h"

namespace cudal1::evaluate {
namespace {

constexpr size_t kWord = 4;
constexpr uint32_t kCallsOn = 1000;

// Offsets of the words that differ; the last may be shorter than a word.
std::vector<size_t> changed_words(const execute::ChangedVariable& variable) {
  std::vector<size_t> offsets;
  for (size_t offset = 0; offset < variable.now.size(); offset += kWord) {
    const size_t end = std::min(offset + kWord, variable.now.size());
    if (!std::equal(variable.now.begin() + offset, variable.now.begin() + end, variable.initial.begin() + offset))
      offsets.push_back(offset);
  }
  return offsets;
}

// True when a word was changed.
bool advance(std::vector<std::byte>& now, const std::vector<std::byte>& before) {
  bool any = false;
  for (size_t offset = 0; offset + kWord <= std::min(now.size(), before.size()); offset += kWord) {
    uint32_t old = 0, word = 0;
    std::memcpy(&old, before.data() + offset, kWord);
    std::memcpy(&word, now.data() + offset, kWord);
    any |= old != word;
    word += (word - old) * kCallsOn;
    std::memcpy(now.data() + offset, &word, kWord);
  }
  return any;
}

}  // namespace

std::vector<std::vector<std::byte>> disturbances(const execute::ChangedVariable& variable, uint64_t seed) {
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

std::vector<LeftBehind> other_states(const std::vector<execute::ChangedVariable>& left, uint64_t seed) {
  std::vector<LeftBehind> states, together(left.size() > 1 ? 2 : 0, {"module variables", left});
  for (size_t i = 0; i < left.size(); ++i) {
    const auto versions = disturbances(left[i], seed + i);
    for (const std::vector<std::byte>& version : versions) {
      states.push_back({demangled_name(left[i].symbol), left});
      states.back().variables[i].now = version;
    }
    for (size_t k = 0; k < together.size() && k < versions.size(); ++k) together[k].variables[i].now = versions[k];
  }
  states.insert(states.end(), together.begin(), together.end());
  return states;
}

std::optional<LeftBehind> advanced(const std::vector<execute::ChangedVariable>& before,
                                   const std::vector<execute::ChangedVariable>& after) {
  LeftBehind left{"module variables", after};
  bool any = false;
  for (execute::ChangedVariable& variable : left.variables)
    for (const execute::ChangedVariable& earlier : before)
      if (earlier.symbol == variable.symbol) any |= advance(variable.now, earlier.now);
  return any ? std::optional(std::move(left)) : std::nullopt;
}

}  // namespace cudal1::evaluate
