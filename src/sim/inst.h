// One decoded instruction, and where operands live.
#pragma once

#include <cstdint>
#include <string>

namespace cudal1::sim {

struct Warp;
struct Inst;

constexpr int kLanes = 32;
constexpr uint32_t kAllLanes = ~0u;

// Executes one instruction for the lanes of `mask`, which is never empty.
using Handler = void (*)(Warp&, const Inst&, uint32_t mask);

// Where the 32 lanes of an operand live: the top two bits choose one of Warp::bases, the rest
// counts units of 64 bytes. A 16-bit register takes one unit, a 32-bit one two, a 64-bit one four;
// a predicate takes one and holds a mask of lanes.
using Slot = uint32_t;
enum SlotBase : uint32_t { kFrame = 0, kPool = 1, kSpecial = 2 };
constexpr uint32_t kSlotUnit = 64;
constexpr Slot kNoSlot = ~0u;
constexpr Slot make_slot(SlotBase base, uint32_t unit) { return (uint32_t(base) << 30) | unit; }

// The pipe that executes an instruction, for the time model.
enum class Pipe : uint8_t {
  kFp32,
  kFp64,
  kFp16,
  kInteger,
  kSfu,
  kTensor,
  kLoadStore,
  kControl,
  kOther,
  kCount
};

struct Inst {
  Handler run = nullptr;
  Slot d = kNoSlot, a = kNoSlot, b = kNoSlot, c = kNoSlot;
  Slot guard = kNoSlot;
  bool guard_negated = false;
  bool is_call = false;  // of a function with a body
  Pipe pipe = Pipe::kOther;
  uint16_t flops = 0;          // per lane
  uint8_t count = 1;           // elements of a vector access
  bool starts_round = false;   // the first load of a trip to global memory, see path.h
  uint8_t slots = 1;           // machine instructions
  uint16_t cycles = 0;         // by which it lengthens its basic block, without global memory
  uint32_t flags = 0;          // meaning by handler
  uint32_t target = 0;         // of a branch: instruction index
  int64_t imm = 0;             // address offset or constant
  const Slot* list = nullptr;  // more operands, owned by the function
  uint32_t list_size = 0;
  uint32_t access = 0;          // index of a memory instruction, for its region cache
  const void* extra = nullptr;  // by handler: callee, message, shape
};

}  // namespace cudal1::sim
