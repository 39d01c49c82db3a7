// Other things that an earlier call could have left in a module variable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cudal1/execute/device.h"

namespace cudal1::evaluate {

// Versions of `variable.now` in which some of the 4-byte words that calls have changed hold random
// bits, and no other: all of them, as any bits and as positive integers (a counter that is far on);
// the first and the second half of them, and an eighth (a result that was kept beside the key it is
// found by).
std::vector<std::vector<std::byte>> disturbances(const execute::ChangedVariable& variable,
                                                 uint64_t seed);

// What a program's module variables could hold after some call.
struct LeftBehind {
  std::string name;
  std::vector<std::pair<std::string, std::vector<std::byte>>>
      contents;  // by symbol; the others as they were left
};
// All variables disturbed together, then each one's disturbances with the others as they are, in
// turns.
std::vector<LeftBehind> other_states(const std::vector<execute::ChangedVariable>& left,
                                     uint64_t seed);

}  // namespace cudal1::evaluate
