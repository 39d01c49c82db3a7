#include "energy.h"

#include <chrono>

#include "cudal1/measure/energy_window.h"
#include "cudal1/core/elapsed.h"

namespace cudal1::evaluate {
namespace {

using Clock = std::chrono::steady_clock;
using measure::Side;

constexpr double kWindowSeconds = 2;
constexpr double kBatchSeconds =
    0.01;  // between two readings of the counter, unless one call takes longer
constexpr uint64_t kForgetEvery = 16;  // batches

struct Meter {
  Duel& duel;
  const gpu::PowerMeter& counter;
  std::optional<gpu::Graph> graphs[2];
  double millijoules[2] = {}, calls[2] = {};

  // Empty, or why it cannot be known.
  std::string add_window(Side side);
};

std::string Meter::add_window(Side side) {
  const size_t index = side == Side::kCandidate;
  measure::EnergyWindow window(kWindowSeconds);
  const auto begin = Clock::now();
  uint64_t done = 0, batch = 1, batches = 0;
  while (!window.closed()) {
    const auto started = Clock::now();
    if (!duel.call(side, graphs[index], batch)) return "a call failed while energy was measured";
    done += batch;
    if (seconds_since(started) < kBatchSeconds / 2) batch *= 2;
    if (++batches % kForgetEvery == 0) duel.forget_records();
    const auto now = counter.total_energy_mj();
    if (!now) return "this GPU has no energy counter";
    window.read(*now, seconds_since(begin), done);
    if (window.stuck(seconds_since(begin))) return "the GPU's energy counter stands still";
  }
  millijoules[index] += window.millijoules();
  calls[index] += window.calls();
  return "";
}

}  // namespace

EnergyPerCall energy_per_call(Duel& duel, const gpu::PowerMeter& counter) {
  Meter meter{duel, counter, {duel.captured(Side::kReference), duel.captured(Side::kCandidate)}};
  if (!meter.graphs[0] || !meter.graphs[1]) meter.graphs[0].reset(), meter.graphs[1].reset();
  for (const Side side : {Side::kReference, Side::kCandidate, Side::kCandidate, Side::kReference})
    if (const std::string missing = meter.add_window(side); !missing.empty())
      return {0, 0, missing};
  return {meter.millijoules[0] / meter.calls[0], meter.millijoules[1] / meter.calls[1], ""};
}

}  // namespace cudal1::evaluate
