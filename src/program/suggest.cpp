#include "program/suggest.h"

#include <algorithm>
#include <numeric>

namespace cudal1::program {

// Levenshtein's distance with neighbours swapped counted as one step (optimal string alignment).
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  std::iota(previous.begin(), previous.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = previous[j - 1] + (a[i - 1] != b[j - 1]);
      current[j] = std::min({change, previous[j] + 1, current[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

Suggestion::Suggestion(std::string_view wanted)
    : wanted_(wanted), distance_(std::max<size_t>(1, wanted.size() / 3) + 1) {}

void Suggestion::offer(std::string_view candidate) {
  const size_t gap = candidate.size() > wanted_.size() ? candidate.size() - wanted_.size()
                                                       : wanted_.size() - candidate.size();
  if (gap > distance_ || candidate == wanted_ || candidate.empty()) return;
  const size_t distance = edit_distance(wanted_, candidate);
  // Of two that are as close, the one with the same first letter: 'rlu' is relu rather than elu.
  const auto same_start = [&](std::string_view name) {
    return !name.empty() && !wanted_.empty() && name[0] == wanted_[0];
  };
  const bool tie =
      distance == distance_ && !best_.empty() && same_start(candidate) && !same_start(best_);
  if (distance >= distance_ && !tie) return;
  distance_ = distance;
  best_ = candidate;
}

std::optional<std::string> Suggestion::best() const {
  if (best_.empty()) return std::nullopt;
  return best_;
}

std::string Suggestion::text(std::string otherwise) const {
  return best_.empty() ? otherwise : "did you mean '" + best_ + "'?";
}

}  // namespace cudal1::program
