// "Did you mean …": the closest of the names there are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1::program {

size_t edit_distance(std::string_view a, std::string_view b);

// Keeps the closest candidate seen so far; a name that differs by more than a third of its letters
// is no help.
class Suggestion {
 public:
  explicit Suggestion(std::string_view wanted);
  void offer(std::string_view candidate);
  std::optional<std::string> best() const;
  // "did you mean 'x'?" or `otherwise`.
  std::string text(std::string otherwise = "") const;

 private:
  std::string wanted_;
  std::string best_;
  size_t distance_;
};

}  // namespace cudal1::program
