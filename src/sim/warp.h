// The state that instruction handlers work on: warps, blocks, the launch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "async_copies.h"
#include "cudal1/core/rng.h"
#include "cudal1/sim/machine.h"
#include "inst.h"
#include "program.h"

namespace cudal1::sim {

class SharedShadow;
class RegionTable;
struct RegionView;
class AccessCounter;

// Generic addresses of shared and local memory: not canonical, so no host allocation lies there.
// The low 32 bits are the address within the space.
constexpr uint64_t kSharedWindow = 0xA000'0000'0000'0000;
constexpr uint64_t kLocalWindow = 0xB000'0000'0000'0000;
constexpr uint64_t kWindowMask = 0xFFFF'FFFF'0000'0000;
constexpr uint64_t kFunctionWindow = 0xC000'0000'0000'0000;

// Units of the special registers, relative to SlotBase::kSpecial.
enum Special : uint32_t {
  kTidX = 0,
  kTidY = 2,
  kTidZ = 4,
  kCtaX = 6,
  kCtaY = 8,
  kCtaZ = 10,
  kNtidX = 12,
  kNtidY = 14,
  kNtidZ = 16,
  kNctaX = 18,
  kNctaY = 20,
  kNctaZ = 22,
  kLaneId = 24,
  kWarpId = 26,
  kNwarpId = 28,
  kLaneEq = 30,
  kLaneLt = 32,
  kLaneLe = 34,
  kLaneGt = 36,
  kLaneGe = 38,
  kSmId = 40,
  kNsmId = 42,
  kGridId = 44,
  kDynamicShared = 46,
  kTotalShared = 48,
  kDynamicBase = 50,
  kLocalBase = 52,
  kParamBase = 54,
  kZero = 58,
  kOne = 62,
  kCarry = 66,
  kSinkUnit = 68,
  kScratch = 76,
  kSpecialUnits = 80,
};

// Thrown by handlers; becomes LaunchResult::fault.
struct LaneFault {
  FaultKind kind;
  std::string message;
  int lane;
};

enum class Wait : uint8_t { kNone, kBarrier, kWarpSync };

// Lanes of a warp at one place.
struct Group {
  uint32_t pc = 0;
  uint32_t mask = 0;
  Wait wait = Wait::kNone;
  uint32_t barrier = 0;  // id, with kBarrier
  bool forced = false;   // goes on although lanes that it waited for cannot come
};

struct Frame {
  const Function* function = nullptr;
  std::vector<Unit> registers;
  std::vector<std::byte> params;  // per lane, params_stride each
  uint32_t params_stride = 0;
  std::vector<Group> others;       // groups of this frame that do not run now
  uint32_t local_base = 0;         // per thread
  const CallSite* call = nullptr;  // how this frame was entered
  uint32_t entered = 0;            // lanes that entered
  Group caller;                    // where the caller's running group goes on
};

struct Block;
struct LaunchState;

// The time a warp has taken so far if nothing but its own dependences held it up.
struct Warp {
  std::byte* bases[4] = {};
  uint32_t pc = 0;
  uint32_t active = 0;                 // lanes of the running group
  uint32_t stop_pc = 0;                // smallest pc of the other groups of this frame
  bool yield = false;                  // leave the run loop after this instruction
  uint32_t alive = 0;                  // lanes that have not exited
  uint32_t waiting = 0;                // lanes blocked at a block barrier
  uint32_t index = 0;                  // within the block
  const RegionView** cache = nullptr;  // of the running function, by Inst::access
  uint64_t* warp_tally = nullptr;      // of the running function, by instruction
  uint64_t* lane_tally = nullptr;
  Block* block = nullptr;
  LaunchState* launch = nullptr;
  std::vector<std::unique_ptr<Frame>> frames;
  size_t depth = 0;  // frames in use
  std::vector<Unit> specials;
  std::vector<std::byte> local;  // [lane][local_stride]
  std::vector<uint8_t> local_written;
  uint32_t local_stride = 0;
  uint32_t local_top = 0;
  Path path;
  bool round_is_far = false;  // a load of the running round has gone beyond L1
  uint32_t reduced = 0;  // lanes that have arrived at a bar.red and have yet to read its result
  bool forced = false;   // the running group has waited in vain for others of the warp
  const Inst* code = nullptr;
  uint32_t patience =
      0;  // instructions that the running group may go on although another is behind it

  Frame& frame() { return *frames[depth - 1]; }
  template <typename T>
  T* lanes(Slot slot) const {
    return static_cast<T*>(
        __builtin_assume_aligned(bases[slot >> 30] + size_t(slot & 0x3fffffff) * kSlotUnit, 64));
  }
  uint32_t& predicate(Slot slot) const { return *lanes<uint32_t>(slot); }
};

struct Barrier {
  uint32_t arrived = 0;                     // threads
  uint32_t expected = 0;                    // threads; 0: all of the block
  uint32_t warps = 0;                       // mask of warps with waiting lanes
  uint32_t count_true = 0;                  // bar.red: predicates that held so far
  uint32_t last_count = 0, last_total = 0;  // of the barrier as last completed
  SourceLine source;
};

struct Block {
  Dim3 index;
  std::vector<std::byte> shared;
  std::vector<Warp> warps;
  std::array<Barrier, 16> barriers;
  uint32_t threads = 0;
  uint32_t exited = 0;
};

struct LaunchState {
  const Module::Impl* module = nullptr;
  const Function* kernel = nullptr;
  const Launch* launch = nullptr;
  const RunOptions* options = nullptr;
  RegionTable* regions = nullptr;
  AccessCounter* counter = nullptr;                // null: not counting
  SharedShadow* shadow = nullptr;                  // null: no race search
  std::vector<uint8_t>* shared_written = nullptr;  // null: no search for uninitialised reads
  std::vector<uint8_t> shared_written_storage;
  AsyncCopies copies;
  // Per function and instruction: executions and lanes.
  struct Tally {
    std::vector<uint64_t> warps, lanes;
    std::vector<const RegionView*> cache;  // by Inst::access
  };
  std::map<const Function*, Tally> tallies;
  uint64_t lane_instructions = 0;
  uint64_t divergent_branches = 0, barriers = 0;
  uint64_t next_check = 0;
  Rng rng{0};
  Counts extra;
};

[[noreturn]] void fail(FaultKind kind, int lane, std::string message);
const RegionView* find_region(const Warp& warp, uint64_t address);
// Where the warp is, in the CUDA source.
SourceLine source_line(const Warp& warp);

}  // namespace cudal1::sim
