// Other contents for a task's own inputs: the same shapes, types and range, another distribution. A
// shortcut that holds only for what inputs() happens to draw (a mean of zero, gains of one,
// precision that is not needed) fails on one of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "cudal1/execute/value.h"

namespace cudal1::evaluate {

enum class Family {
  kRowScaled,  // every slice along the last dimension has a magnitude of its own, over four binades
  kHeavyTailed,   // most elements near the middle of the range, a few at its ends
  kOneSided,      // the upper half of the range only: no mean of zero
  kFineMantissa,  // low mantissa bits such that rounding to 10 bits (TF32, half) errs the same way
                  // everywhere
  kTwoValued,     // 0 and one power of two: sums are exact, so results must be, bit for bit
  kFewChanged,    // one element in a thousand has another value: inputs known by a sample of their
                  // elements look the same
};
std::span<const Family> all_families();
const char* name_of(Family family);  // "row-scaled"

// Floating-point tensors changed, everything else as it is. Elements stay between the tensor's
// least and greatest, since a program may use them as bins or angles; a tensor of one value (a
// gain, a bias) is spread around it. Masks (no more than two values, or infinities) are left alone.
// Nothing when no tensor can be changed.
std::optional<execute::Values> derive(Family family, const execute::Values& inputs, uint64_t seed);

}  // namespace cudal1::evaluate
