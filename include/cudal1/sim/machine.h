// The PTX machine: runs one kernel launch warp by warp on the CPU, checking every access.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/core/geometry.h"
#include "cudal1/sim/counts.h"
#include "cudal1/sim/memory.h"
#include "cudal1/sim/ptx.h"

namespace cudal1::sim {

enum class FaultKind {
  kOutOfBounds,        // an access outside every region, or across a region's end
  kReadOnly,           // a store to __constant__ memory
  kProtected,          // a store to a region that the caller has protected
  kMisaligned,
  kSharedRace,         // two threads, no barrier between, at least one wrote
  kPendingCopy,        // shared memory touched before the thread of a cp.async to it has waited
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

// Random: the blocks shuffled, and the warps of a block, which yield at barriers and atomics.
enum class Schedule { kInOrder, kRandom };

struct RunOptions {
  Schedule schedule = Schedule::kInOrder;
  uint64_t seed = 0;                 // of kRandom and of the sample
  bool find_races = false;           // shadow state of shared memory
  bool find_uninitialised = false;
  bool count = true;                 // sectors, conflicts, unique lines; off: only instructions
  // 0: all. Else at most so many count, drawn at random from equal parts of the grid; the first and
  // the last run uncounted, for the faults that edges have.
  uint64_t max_blocks = 0;
  uint64_t max_lane_instructions = 0;  // 0: no limit
  std::optional<std::chrono::steady_clock::time_point> deadline;
};

struct LaunchResult {
  Counts counts;                 // of the blocks that count
  Path longest;                  // of one of them
  uint64_t blocks_run = 0, blocks_total = 0;  // run: of those that count
  uint32_t registers = 0;        // per thread, an estimate from the PTX
  std::vector<uint64_t> stored;  // where the regions begin that it stored to
  std::optional<Fault> fault;    // the launch stopped there
};

LaunchResult run(const Module& module, const Memory& memory, const Launch& launch, const RunOptions& options);

}  // namespace cudal1::sim
