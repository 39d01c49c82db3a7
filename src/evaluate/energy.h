// Energy per call, by the GPU's own counter.
#pragma once

#include <string>

#include "cudal1/gpu/power.h"
#include "duel.h"

namespace cudal1::evaluate {

struct EnergyPerCall {
  double reference_mj = 0, candidate_mj = 0;
  std::string missing;  // why there is none
};

// Windows of back-to-back calls, A B B A, about nine seconds in all: as replayed graphs where both
// sides can be captured, so that the host's speed is no part of it.
EnergyPerCall energy_per_call(Duel& duel, const gpu::PowerMeter& meter);

}  // namespace cudal1::evaluate
