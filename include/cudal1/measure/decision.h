// What an interval of a speedup says, and why.
#pragma once

#include <cstddef>
#include <string>

#include "cudal1/measure/statistics.h"

namespace cudal1::measure {

// kFaster / kSlower when the whole interval is beyond 1 ± `indifference`, kSame when it lies
// inside, else kAmbiguous.
enum class Decision { kSame, kFaster, kSlower, kAmbiguous };
const char* to_string(Decision decision);  // "same", "faster", "slower", "ambiguous"
Decision decide(const Interval& speedup, double indifference);

// What a program's interval against itself leaves unknown, relative: how far it reaches from 1.
double noise_floor(const Interval& against_itself);

// What bears on a decision besides the interval.
struct Evidence {
  size_t pairs = 0;        // 0: the interval is a prediction
  std::string stopped_by;  // StopRule::reason
  double noise_floor = 0;  // 0: unknown
};

struct Judgement {
  Decision decision = Decision::kAmbiguous;
  std::string reason;  // one sentence without a full stop
};

// decide(), but a difference from 1 that is smaller than the noise floor decides nothing.
Judgement judge(const Interval& speedup, double indifference, const Evidence& evidence);

}  // namespace cudal1::measure
