#include "cudal1/sim/predict.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "occupancy.h"

namespace cudal1::sim {
namespace {

constexpr double kSector = 32;  // bytes
constexpr double kWarp = 32;    // lanes
struct Term {
  const char* name;
  double seconds;
};

double ceil_div(double a, double b) { return std::ceil(a / b); }

// How the grid lies on the device.
struct Residency {
  double sms;  // busy on average: below the device's number when the last wave is not full
  double blocks_per_sm;
  double waves;  // blocks that a place on an SM runs, one after the other
};

Residency residency_of(const GpuSpec& gpu, double blocks, uint32_t fit) {
  const double per_sm = ceil_div(blocks, gpu.sms);
  const double resident = std::min(per_sm, double(std::max(1u, fit)));
  return {blocks / per_sm, resident, std::max(1.0, blocks / (gpu.sms * resident))};
}

double memory_bytes_unique(const Counts& c) {
  return kSector * double(c.unique_load_sectors + c.unique_store_sectors);
}

// What dependences cost although nothing else is slow: each place on an SM runs its share of the
// blocks one after the other, and a block takes its critical path; one that takes far longer than
// the others ends last. Of the loads that L1 does not hold, those that touch a sector first wait
// for DRAM.
double latency_seconds(const GpuSpec& gpu, const Counts& c, const Residency& on,
                       const Path& longest) {
  const double blocks = std::max(1.0, double(c.blocks));
  const double beyond = double(std::max(c.l2_load_sectors, c.unique_load_sectors));
  const double first = beyond > 0 ? double(c.unique_load_sectors) / beyond : 0;
  const double far = first * gpu.dram_latency_s + (1 - first) * gpu.l2_latency_s;
  const auto seconds = [&](const Path& path) {
    return double(path.cycles) / gpu.sm_clock_hz + double(path.near_rounds) * gpu.l1_latency_s +
           double(path.far_rounds) * far;
  };
  const Path all{c.path_cycles, c.path_near_rounds, c.path_far_rounds};
  return std::max(on.waves * seconds(all) / blocks, seconds(longest));
}

// How a latency and a throughput limit go together: `customers` warps circle between waiting, which
// none disturbs, and one station that serves them in turn. Bard and Schweitzer's mean value
// analysis of that closed network gives the cycle C from Z (waiting) and T (service of all):
//   C² - C (Z + T) + (1 - 1/customers) T Z = 0,
// the sum of both for one warp, and the larger of both for endlessly many.
double together(double waiting, double service, double customers) {
  const double sum = waiting + service;
  const double product = (1 - 1 / std::max(1.0, customers)) * waiting * service;
  return (sum + std::sqrt(std::max(0.0, sum * sum - 4 * product))) / 2;
}

std::vector<Term> throughput_of(const GpuSpec& gpu, const Counts& c, const Residency& on) {
  const double sm_clocks = on.sms * gpu.sm_clock_hz;  // SM cycles per second of the device
  const auto lanes = [&](uint64_t instructions, double rate) {
    return double(instructions) * kWarp / (rate * sm_clocks);
  };
  // Re-reads are served by L2; the first touch of each sector comes from DRAM.
  const double l2_bytes = kSector * double(std::max(c.l2_load_sectors, c.unique_load_sectors) +
                                           c.global_store_sectors) +
                          double(c.local_bytes);
  // Local memory is written through L1 to L2; shared wavefronts and global lines take turns at the
  // same data path.
  const double l1_bytes =
      128.0 * double(c.shared_wavefronts + c.global_lines) + double(c.local_bytes);
  return {
      {"DRAM", memory_bytes_unique(c) / gpu.dram_bytes_per_s},
      {"L2", l2_bytes / (gpu.l2_bytes_per_s * std::min(1.0, on.sms / gpu.sms))},
      {"issue",
       double(std::max(c.issue_slots, c.warp_instructions)) / (gpu.issue_per_clock * sm_clocks)},
      {"FP32", lanes(c.fp32, gpu.fp32_lanes_per_clock)},
      {"FP64", lanes(c.fp64, gpu.fp64_lanes_per_clock)},
      {"FP16", lanes(c.fp16, gpu.fp16_lanes_per_clock)},
      {"integer", lanes(c.integer, gpu.int_lanes_per_clock)},
      {"SFU", lanes(c.sfu, gpu.sfu_lanes_per_clock)},
      {"tensor", gpu.tensor_flops_per_clock > 0
                     ? double(c.tensor_flops) / (gpu.tensor_flops_per_clock * sm_clocks)
                     : 0.0},
      {"shared", l1_bytes / (gpu.shared_bytes_per_clock * sm_clocks)},
      {"blocks", double(c.blocks) / gpu.blocks_per_s},
      {"atomics", double(c.atomic_serialised) / (gpu.atomics_per_clock * gpu.sm_clock_hz)},
  };
}

double floor_of(const GpuSpec& gpu, const Counts& c) {
  const double bytes = memory_bytes_unique(c) / gpu.dram_bytes_per_s;
  const double clocks = gpu.sms * gpu.sm_clock_hz;
  // An fma counts two, so the peak is twice the lanes.
  const double scalar =
      double(c.flops) / (2 * std::max(gpu.fp32_lanes_per_clock, gpu.fp16_lanes_per_clock) * clocks);
  const double tensor = gpu.tensor_flops_per_clock > 0
                            ? double(c.tensor_flops) / (gpu.tensor_flops_per_clock * clocks)
                            : 0.0;
  return std::max({bytes, scalar, tensor});
}

}  // namespace

Prediction predict(const GpuSpec& gpu, const Counts& counts, Dim3 grid, Dim3 block,
                   const KernelResources& resources, const Path& longest) {
  const Occupancy fits = occupancy(gpu, block, resources);
  const Residency on =
      residency_of(gpu, double(std::max<uint64_t>(1, grid.count())), fits.blocks_per_sm);
  const double warps_per_block = ceil_div(double(block.count()), kWarp);
  const std::vector<Term> terms = throughput_of(gpu, counts, on);
  const auto largest = std::max_element(terms.begin(), terms.end(),
                                        [](auto& a, auto& b) { return a.seconds < b.seconds; });
  const double latency = latency_seconds(gpu, counts, on, longest);
  const double busy = together(latency, largest->seconds, on.blocks_per_sm * warps_per_block);
  Prediction prediction;
  prediction.seconds = busy + gpu.launch_s;
  prediction.bound = busy < gpu.launch_s          ? "launch"
                     : latency > largest->seconds ? "latency"
                                                  : largest->name;
  prediction.floor_seconds = floor_of(gpu, counts);
  prediction.occupancy = fits.fraction;
  return prediction;
}

}  // namespace cudal1::sim
