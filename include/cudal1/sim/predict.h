// A time for a named GPU from counts: the plain roofline. Calibration comes later; every number it gives is
// labelled predicted wherever it is shown.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "cudal1/core/geometry.h"
#include "cudal1/sim/counts.h"

namespace cudal1::sim {

// configs/gpus/<name>.json. Rates are peaks of the data sheet or measured ceilings; the file says which.
struct GpuSpec {
  std::string name;               // "NVIDIA H200"
  std::string architecture;       // "sm_90"
  uint32_t sms = 0;
  double sm_clock_hz = 0;
  double dram_bytes_per_s = 0;
  double l2_bytes_per_s = 0;
  uint64_t l2_bytes = 0;
  uint32_t issue_per_clock = 4;       // warp instructions per SM and clock
  double fp32_lanes_per_clock = 128;  // per SM, likewise below
  double fp64_lanes_per_clock = 64;
  double fp16_lanes_per_clock = 256;
  double int_lanes_per_clock = 64;
  double sfu_lanes_per_clock = 16;
  double tensor_flops_per_clock = 0;
  double shared_bytes_per_clock = 128;
  double atomics_per_clock = 1;       // serialised same-address atomics at one L2 slice
  double dram_latency_s = 0;         // of a load, on a busy device; likewise below
  double l2_latency_s = 0;
  double l1_latency_s = 0;
  double blocks_per_s = 0;            // that the device starts at most
  double launch_s = 0;                // fixed cost of one kernel in a device span
  uint32_t max_warps_per_sm = 64, max_blocks_per_sm = 32, max_threads_per_block = 1024;
  uint32_t registers_per_sm = 65536;
  uint64_t shared_per_sm = 0, shared_per_block_optin = 0;
};

// DataError naming file and key for anything missing, unknown or out of range.
GpuSpec read_gpu_spec(const std::filesystem::path& path);

struct KernelResources {
  uint32_t registers = 32;      // per thread
  uint64_t shared_bytes = 0;    // per block, static + dynamic
};

struct Prediction {
  double seconds = 0;
  std::string bound;        // the term that is largest: "DRAM", "L2", "issue", "FP32", "shared", "latency", …
  double floor_seconds = 0; // unique bytes at DRAM bandwidth or flops at peak, whichever is larger
  double occupancy = 0;     // warps per SM over the maximum
};

// `counts` of the whole launch (extrapolated when it was sampled), `longest` of the block that takes longest: no
// launch ends before it.
Prediction predict(const GpuSpec& gpu, const Counts& counts, Dim3 grid, Dim3 block, const KernelResources& resources,
                   const Path& longest = {});

}  // namespace cudal1::sim
