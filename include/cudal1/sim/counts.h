// What a launch did, counted; the input of the time model.
#pragma once

#include <cstdint>

namespace cudal1::sim {

// What dependences make a warp, or a block, take at least.
struct Path {
  uint64_t cycles = 0;                       // without global memory
  uint64_t near_rounds = 0, far_rounds = 0;  // trips to global memory: all in L1; beyond
  // For comparing paths: cycles of a trip to L1 and of one beyond, as a GPU without load has them.
  uint64_t weight() const { return cycles + 40 * near_rounds + 500 * far_rounds; }
};

struct Counts {
  // Warp instructions issued, and lanes that were active in them.
  uint64_t warp_instructions = 0;
  uint64_t lane_instructions = 0;
  uint64_t issue_slots = 0;  // machine instructions, of which a division takes many
  // Warp instructions by the pipe that executes them.
  uint64_t fp32 = 0, fp64 = 0, fp16 = 0, integer = 0, sfu = 0, tensor = 0, load_store = 0,
           control = 0, other = 0;
  uint64_t flops = 0;  // lane floating-point operations, an fma counts two; without tensor_flops
  uint64_t tensor_flops = 0;
  // Global memory: per warp access, distinct 32-byte sectors and 128-byte lines; bytes that lanes
  // asked for.
  uint64_t global_load_sectors = 0, global_store_sectors = 0, global_lines = 0;
  uint64_t global_load_bytes = 0, global_store_bytes = 0;
  // Load sectors that a block's own 128 KB of L1 does not hold, so that L2 must give them (an
  // estimate).
  uint64_t l2_load_sectors = 0;
  // Distinct 32-byte sectors touched over the whole launch (or the sampled blocks), read and
  // written.
  uint64_t unique_load_sectors = 0, unique_store_sectors = 0;
  uint64_t local_bytes = 0;
  uint64_t shared_accesses = 0;    // warp accesses
  uint64_t shared_wavefronts = 0;  // accesses × bank-conflict degree
  uint64_t atomics = 0;            // lanes
  // Σ over warp atomics on global memory of the largest number of lanes at one address (on shared
  // memory that number goes into shared_wavefronts)
  uint64_t atomic_serialised = 0;
  uint64_t barriers = 0;  // warps arriving
  uint64_t divergent_branches = 0;
  uint64_t blocks = 0, warps = 0;
  // Trips of warps to global memory: loads that may be under way together count once.
  uint64_t load_rounds = 0;
  // Σ over blocks of the critical path, as dependences, barriers and the slowest warp make it:
  // cycles without global memory, and trips there that L1 served or that went beyond.
  uint64_t path_cycles = 0, path_near_rounds = 0, path_far_rounds = 0;

  Counts& operator+=(const Counts& other);
  // All counters times `factor`, rounded: extrapolation from sampled blocks.
  Counts scaled(double factor) const;
};

}  // namespace cudal1::sim
