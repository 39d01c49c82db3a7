// A second clock beside the first: work that only one of them sees.
#pragma once

#include <optional>
#include <string>

namespace cudal1::measure {

// Medians of some runs of one program, ns: the span of its records, and the time between two events
// around the same runs. The second is longer by what lies around the records, launches above all.
struct TwoClocks {
  double span = 0, events = 0;
};

// What the candidate's events have beyond its records, and the reference's have not, is work that
// leaves no record when it is more than half of the candidate's span and 10 µs; the sentence says
// so. 10 µs, because events are no finer than that beside short kernels.
std::optional<std::string> disagreement(const TwoClocks& reference, const TwoClocks& candidate);

}  // namespace cudal1::measure
