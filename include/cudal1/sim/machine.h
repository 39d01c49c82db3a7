// The PTX machine: runs one kernel launch warp by warp on the CPU, checking every access.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cudal1/core/geometry.h"
#include "cudal1/sim/counts.h"
#include "cudal1/sim/memory.h"
#include "cudal1/sim/ptx.h"

namespace cudal1::sim {

enum class FaultKind {
  kOutOfBounds,        // an access outside every region, or across a region's end
  kReadOnly,           // a store to __constant__ memory
  kMisaligned,
  kSharedRace,         // two threads, no barrier between, at least one wrote
  kUninitialisedRead,  // shared or local memory read before any write
  kDivergentBarrier,   // bar.sync that some threads of the block can never reach
  kTrap,               // trap, __trap(), assert
  kTimeout,            // deadline or instruction budget
  kUnsupported,        // an instruction that the machine does not know
  kBadLaunch,          // geometry, parameters or shared memory that a GPU would refuse
};

struct Fault {
  FaultKind kind;
  std::string message;  // whole sentence with values: what, where, by which block and thread
  std::string file;     // of the CUDA source, from .loc
  int line = 0;         // of the CUDA source; 0 when the module has no line information
  Dim3 block{0, 0, 0}, thread{0, 0, 0};
};

struct Launch {
  std::string_view kernel;                 // mangled
  Dim3 grid, block;
  uint32_t dynamic_shared = 0;             // bytes
  std::span<const std::byte> params;       // the parameter block, laid out as Module::params says
};

enum class Schedule { kInOrder, kRandom };  // random: warp order shuffled, yields at barriers and atomics

struct RunOptions {
  Schedule schedule = Schedule::kInOrder;
  uint64_t seed = 0;                 // of kRandom
  bool find_races = false;           // shadow state of shared memory
  bool find_uninitialised = false;
  bool count = true;                 // sectors, conflicts, unique lines; off: only instructions
  uint64_t max_blocks = 0;           // 0: all. Else a spread sample of blocks; counts are of the sample
  uint64_t max_lane_instructions = 0;  // 0: no limit
  std::optional<std::chrono::steady_clock::time_point> deadline;
};

struct LaunchResult {
  Counts counts;                 // of the blocks that ran
  uint64_t blocks_run = 0, blocks_total = 0;
  uint32_t registers = 0;        // per thread, an estimate from the PTX
  std::optional<Fault> fault;    // the launch stopped there
};

LaunchResult run(const Module& module, const Memory& memory, const Launch& launch, const RunOptions& options);

}  // namespace cudal1::sim
