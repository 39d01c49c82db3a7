// From the addresses of a warp access to host pointers, every lane checked.
#pragma once

#include "warp.h"

namespace cudal1::sim {

// kCopy: cp.async writes, at its beginning and at its end.
enum class Direction : uint8_t { kLoad, kStore, kAtomic, kCopy };
// "load", "store" …
const char* verb(Direction direction);

// Where the lanes' values are that a plain store puts, element by element.
struct StoredValues {
  const Slot* slots = nullptr;    // null: not known
  uint32_t width = 0, bytes = 0;  // of an element, in its register and in memory
  std::byte at(const Warp& warp, int lane, uint64_t byte) const {
    return warp.lanes<std::byte>(slots[byte / bytes])[size_t(lane) * width + byte % bytes];
  }
};

struct Located {
  alignas(64) std::byte* at[kLanes];  // lanes outside the mask repeat an active lane's pointer
  bool is_shared = false;
  StoredValues stored;  // given by who locates
};

// Faults when a lane of `mask` may not touch `bytes` bytes at its address: out of bounds,
// misaligned, read-only. Counts, and feeds the shadow state. The address is in.a + in.imm.
void locate_global(Warp& warp, const Inst& in, uint32_t mask, uint32_t bytes, Direction direction,
                   Located& where);
void locate_shared(Warp& warp, const Inst& in, uint32_t mask, uint32_t bytes, Direction direction,
                   Located& where);
void locate_local(Warp& warp, const Inst& in, uint32_t mask, uint32_t bytes, Direction direction,
                  Located& where);
void locate_generic(Warp& warp, const Inst& in, uint32_t mask, uint32_t bytes, Direction direction,
                    Located& where);

using Locate = void (*)(Warp&, const Inst&, uint32_t, uint32_t, Direction, Located&);

}  // namespace cudal1::sim
