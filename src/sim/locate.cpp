#include "locate.h"

#include <bit>
#include <cstdio>

#include "counters.h"
#include "decode.h"
#include "lanes.h"
#include "regions.h"
#include "shadow.h"

namespace cudal1::sim {

const char* verb(Direction direction) {
  switch (direction) {
    case Direction::kLoad:
      return "load";
    case Direction::kStore:
      return "store";
    case Direction::kAtomic:
      return "atomic";
    case Direction::kCopy:
      return "asynchronous copy";
  }
  return "access";
}

namespace {

// Addresses of all lanes; inactive lanes repeat the first active one, so that no check sees them.
void gather_addresses(const Warp& warp, const Inst& in, uint32_t mask, uint64_t* address) {
  const auto offset = uint64_t(in.imm);
  if (in.flags & kAddress32) {
    const uint32_t* a = warp.lanes<uint32_t>(in.a);
    for (int l = 0; l < kLanes; ++l) address[l] = uint32_t(a[l] + uint32_t(offset));
  } else {
    const uint64_t* a = warp.lanes<uint64_t>(in.a);
    for (int l = 0; l < kLanes; ++l) address[l] = a[l] + offset;
  }
  if (mask == kAllLanes) return;
  const uint64_t first = address[std::countr_zero(mask)];
  for (int l = 0; l < kLanes; ++l) address[l] = (mask >> l) & 1 ? address[l] : first;
}

struct Range {
  uint64_t low, high, any_bits;
};

inline Range range_of(const uint64_t* address) {
  uint64_t low = address[0], high = address[0], bits = 0;
  for (int l = 0; l < kLanes; ++l) {
    low = address[l] < low ? address[l] : low;
    high = address[l] > high ? address[l] : high;
    bits |= address[l];
  }
  return {low, high, bits};
}

std::string hex(uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string access_text(Direction direction, const char* space, uint32_t bytes, uint64_t address) {
  return std::to_string(bytes) + "-byte " + space + verb(direction) + " at " + hex(address);
}

void check_alignment(uint64_t address, int lane, uint32_t bytes, Direction direction,
                     const char* space) {
  // A vector access must be aligned to its whole size, which is a power of two.
  if (address % bytes == 0) return;
  fail(FaultKind::kMisaligned, lane,
       access_text(direction, space, bytes, address) + " is not aligned to " +
           std::to_string(bytes) + " bytes");
}

void check_writable(const RegionView& view, int lane, uint64_t address, uint32_t bytes,
                    Direction direction) {
  view.stored = true;
  if (view.writable) return;
  const std::string store = access_text(direction, "", bytes, address) + " into ";
  if (!view.protection.empty()) fail(FaultKind::kProtected, lane, store + view.protection);
  fail(FaultKind::kReadOnly, lane, store + view.label + ", which is read-only");
}

const RegionView* check_lane(Warp& warp, int lane, uint64_t address, uint32_t bytes,
                             Direction direction) {
  RegionTable& regions = *warp.launch->regions;
  const RegionView* view = regions.find(address);
  if (!view || address + bytes > view->end)
    fail(FaultKind::kOutOfBounds, lane,
         "out of bounds: " + access_text(direction, "global ", bytes, address) + ", " +
             regions.describe_miss(address, bytes));
  if (direction != Direction::kLoad) check_writable(*view, lane, address, bytes, direction);
  check_alignment(address, lane, bytes, direction, "global ");
  return view;
}

// Which copy has the last word where two are under way to the same bytes is not for us to say.
void check_copies(const Warp& warp, uint32_t mask, const uint64_t* address, uint32_t bytes,
                  Direction direction) {
  const AsyncCopies& copies = warp.launch->copies;
  if (!copies.any() || direction == Direction::kCopy) return;
  for (int l = 0; l < kLanes; ++l) {
    const AsyncCopy* copy = has_lane(mask, l) ? copies.find(address[l], bytes) : nullptr;
    if (!copy) continue;
    const std::string where = copy->line ? " of line " + std::to_string(copy->line) : "";
    fail(FaultKind::kPendingCopy, l,
         access_text(direction, "shared ", bytes, address[l]) +
             " touches bytes that the asynchronous copy" + where +
             " may have yet to bring: its thread has not waited for it");
  }
}

void note_shared(Warp& warp, uint32_t mask, const uint64_t* address, uint32_t bytes,
                 Direction direction, const StoredValues& stored) {
  LaunchState& launch = *warp.launch;
  check_copies(warp, mask, address, bytes, direction);
  if (launch.shadow) launch.shadow->access(warp, mask, address, bytes, direction, stored);
  if (!launch.shared_written) return;
  std::vector<uint8_t>& written = *launch.shared_written;
  for (int l = 0; l < kLanes; ++l) {
    if (!has_lane(mask, l)) continue;
    for (uint64_t byte = address[l]; byte < address[l] + bytes; ++byte) {
      if (direction != Direction::kLoad)
        written[byte] = 1;
      else if (!written[byte])
        fail(FaultKind::kUninitialisedRead, l,
             access_text(direction, "shared ", bytes, address[l]) +
                 " reads bytes that nothing has written");
    }
  }
}

void place_shared(Warp& warp, uint32_t mask, const uint64_t* address, uint32_t bytes,
                  Direction direction, Located& where) {
  std::vector<std::byte>& shared = warp.block->shared;
  const Range range = range_of(address);
  if (range.high + bytes > shared.size() || (range.any_bits & (bytes - 1)) != 0) {
    for (int l = 0; l < kLanes; ++l) {
      if (!has_lane(mask, l)) continue;
      if (address[l] + bytes > shared.size())
        fail(FaultKind::kOutOfBounds, l,
             "out of bounds: " + access_text(direction, "shared ", bytes, address[l]) + ", " +
                 place_past(shared.size(), address[l], bytes) + "the block's " +
                 bytes_text(shared.size()) + " of shared memory");
      check_alignment(address[l], l, bytes, direction, "shared ");
    }
  }
  if (warp.launch->counter)
    warp.path.cycles +=  // a conflicting access takes a cycle per wavefront
        warp.launch->counter->shared(mask, address, range.low, range.high, bytes) - 1;
  if (warp.launch->shadow || warp.launch->shared_written || warp.launch->copies.any())
    note_shared(warp, mask, address, bytes, direction, where.stored);
  where.is_shared = true;
  std::byte* base = shared.data();
  for (int l = 0; l < kLanes; ++l) where.at[l] = base + address[l];
}

void check_written_local(Warp& warp, int lane, uint64_t address, uint32_t bytes,
                         Direction direction) {
  if (warp.local_written.empty()) return;
  uint8_t* written = warp.local_written.data() + size_t(lane) * warp.local_stride;
  for (uint64_t byte = address; byte < address + bytes; ++byte) {
    if (direction != Direction::kLoad)
      written[byte] = 1;
    else if (!written[byte])
      fail(FaultKind::kUninitialisedRead, lane,
           access_text(direction, "local ", bytes, address) +
               " reads bytes that nothing has written");
  }
}

std::byte* place_local(Warp& warp, int lane, uint64_t address, uint32_t bytes,
                       Direction direction) {
  if (address + bytes > warp.local_top)
    fail(FaultKind::kOutOfBounds, lane,
         "out of bounds: " + access_text(direction, "local ", bytes, address) +
             ", past the end of the thread's " + std::to_string(warp.local_top) +
             " bytes of local memory");
  check_alignment(address, lane, bytes, direction, "local ");
  check_written_local(warp, lane, address, bytes, direction);
  return warp.local.data() + size_t(lane) * warp.local_stride + address;
}

// Follows the trips to memory of a warp's path: a trip takes as long as its farthest load.
void note_round(Warp& warp, const Inst& in, Direction direction, uint64_t missed) {
  if (direction == Direction::kStore) return;
  if (in.starts_round) {
    ++warp.launch->extra.load_rounds;
    ++warp.path.near_rounds;
    warp.round_is_far = false;
  }
  if (warp.round_is_far || (missed == 0 && direction == Direction::kLoad)) return;
  if (!in.starts_round && direction == Direction::kAtomic) return;  // a reduction: nobody waits
  warp.round_is_far = true;
  ++warp.path.far_rounds;
  if (warp.path.near_rounds > 0) --warp.path.near_rounds;
}

void place_global(Warp& warp, const Inst& in, uint32_t mask, const uint64_t* address,
                  uint32_t bytes, Direction direction, Located& where) {
  const RegionView*& cached = warp.cache[in.access];
  const Range range = range_of(address);
  const bool fits = cached && range.low >= cached->begin && range.high + bytes <= cached->end &&
                    (range.any_bits & (bytes - 1)) == 0 &&
                    (cached->writable || direction == Direction::kLoad);
  AccessCounter* counter = warp.launch->counter;
  uint64_t missed = 0;
  if (__builtin_expect(fits, 1)) {
    if (counter)
      missed = counter->global(*cached, mask, address, range.low, range.high, bytes,
                               direction != Direction::kLoad);
  } else {
    const RegionView* views[kLanes] = {};
    bool is_one = true;
    for (int l = 0; l < kLanes; ++l) {
      if (!has_lane(mask, l)) continue;
      views[l] = check_lane(warp, l, address[l], bytes, direction);
      cached = views[l];
      is_one &= views[l] == views[std::countr_zero(mask)];
    }
    if (counter && is_one) {
      missed = counter->global(*cached, mask, address, range.low, range.high, bytes,
                               direction != Direction::kLoad);
    } else if (counter) {
      missed = counter->scattered(views, mask, address, bytes, direction != Direction::kLoad);
    }
  }
  if (counter) note_round(warp, in, direction, missed);
  for (int l = 0; l < kLanes; ++l) where.at[l] = reinterpret_cast<std::byte*>(address[l]);
}

}  // namespace

void locate_global(Warp& warp, const Inst& in, uint32_t mask, uint32_t bytes, Direction direction,
                   Located& where) {
  alignas(64) uint64_t address[kLanes];
  gather_addresses(warp, in, mask, address);
  where.is_shared = false;
  place_global(warp, in, mask, address, bytes, direction, where);
}

void locate_shared(Warp& warp, const Inst& in, uint32_t mask, uint32_t bytes, Direction direction,
                   Located& where) {
  alignas(64) uint64_t address[kLanes];
  gather_addresses(warp, in, mask, address);
  place_shared(warp, mask, address, bytes, direction, where);
}

void locate_local(Warp& warp, const Inst& in, uint32_t mask, uint32_t bytes, Direction direction,
                  Located& where) {
  alignas(64) uint64_t address[kLanes];
  gather_addresses(warp, in, mask, address);
  where.is_shared = false;
  const int first = std::countr_zero(mask);
  for (int l = 0; l < kLanes; ++l)
    if (has_lane(mask, l)) where.at[l] = place_local(warp, l, address[l], bytes, direction);
  for (int l = 0; l < kLanes; ++l)
    if (!has_lane(mask, l)) where.at[l] = where.at[first];
  if (warp.launch->counter) warp.launch->counter->local(uint64_t(std::popcount(mask)) * bytes);
}

void locate_generic(Warp& warp, const Inst& in, uint32_t mask, uint32_t bytes, Direction direction,
                    Located& where) {
  alignas(64) uint64_t address[kLanes];
  gather_addresses(warp, in, mask, address);
  where.is_shared = false;
  uint32_t shared = 0, local = 0;
  for (int l = 0; l < kLanes; ++l) {
    const uint64_t window = address[l] & kWindowMask;
    shared |= uint32_t(window == kSharedWindow) << l;
    local |= uint32_t(window == kLocalWindow) << l;
  }
  shared &= mask, local &= mask;
  const uint32_t global = mask & ~shared & ~local;
  if (global == mask) return place_global(warp, in, mask, address, bytes, direction, where);
  // Each part with its own lanes; the others repeat a lane of the part.
  const auto part = [&](uint32_t lanes, uint64_t* out) {
    const uint64_t first = address[std::countr_zero(lanes)];
    for (int l = 0; l < kLanes; ++l) out[l] = (has_lane(lanes, l) ? address[l] : first);
  };
  alignas(64) uint64_t some[kLanes];
  Located one;
  one.stored = where.stored;
  std::byte* any = nullptr;
  if (global) {
    part(global, some);
    place_global(warp, in, global, some, bytes, direction, one);
    for (int l = 0; l < kLanes; ++l)
      if (has_lane(global, l)) any = where.at[l] = one.at[l];
  }
  if (shared) {
    part(shared, some);
    for (uint64_t& at : some) at &= ~kWindowMask;
    place_shared(warp, shared, some, bytes, direction, one);
    for (int l = 0; l < kLanes; ++l)
      if (has_lane(shared, l)) any = where.at[l] = one.at[l];
  }
  for (int l = 0; l < kLanes; ++l)
    if (has_lane(local, l))
      any = where.at[l] = place_local(warp, l, address[l] & ~kWindowMask, bytes, direction);
  for (int l = 0; l < kLanes; ++l)
    if (!has_lane(mask, l)) where.at[l] = any;
}

}  // namespace cudal1::sim
