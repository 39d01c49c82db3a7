#include "async_copies.h"

#include <algorithm>
#include <cstring>

#include "lanes.h"
#include "shadow.h"

namespace cudal1::sim {
namespace {

uint32_t thread_of(const Warp& warp, uint32_t lane) { return warp.index * kLanes + lane; }

}  // namespace

void AsyncCopies::start_block() {
  groups_.fill(0);
  if (count_ == 0) return;
  // A block may end with copies that nobody has waited for.
  for (auto& copies : of_warp_) copies.clear();
  std::fill(pending_.begin(), pending_.end(), uint16_t(0));
  count_ = 0;
}

void AsyncCopies::begin(Warp& warp, AsyncCopy copy) {
  pending_.resize(warp.block->shared.size());
  copy.group = groups_[thread_of(warp, copy.lane)];
  for (uint64_t byte = copy.to; byte < copy.to + copy.bytes; ++byte) ++pending_[byte];
  of_warp_[warp.index].push_back(copy);
  ++count_;
}

void AsyncCopies::commit(const Warp& warp, uint32_t lanes) {
  for (uint32_t lane = 0; lane < kLanes; ++lane)
    if (has_lane(lanes, int(lane))) ++groups_[thread_of(warp, lane)];
}

void AsyncCopies::wait(Warp& warp, uint32_t lanes, uint32_t allowed) {
  std::vector<AsyncCopy>& copies = of_warp_[warp.index];
  const auto comes_to_its_end = [&](const AsyncCopy& copy) {
    return has_lane(lanes, copy.lane) &&
           uint64_t(copy.group) + allowed < groups_[thread_of(warp, copy.lane)];
  };
  for (const AsyncCopy& copy : copies)
    if (comes_to_its_end(copy)) finish(warp, copy);
  count_ -= std::erase_if(copies, comes_to_its_end);
}

void AsyncCopies::finish(Warp& warp, const AsyncCopy& copy) {
  for (uint64_t byte = copy.to; byte < copy.to + copy.bytes; ++byte) --pending_[byte];
  // What is ordered with the wait may be read, not what is ordered with the beginning.
  if (SharedShadow* shadow = warp.launch->shadow) {
    uint64_t address[kLanes] = {};
    address[copy.lane] = copy.to;
    shadow->access(warp, 1u << copy.lane, address, copy.bytes, Direction::kCopy, {});
  }
  std::byte* to = warp.block->shared.data() + copy.to;
  std::memset(to, 0, copy.bytes);
  if (copy.from) std::memcpy(to, copy.from, copy.wanted);
}

const AsyncCopy* AsyncCopies::find(uint64_t address, uint32_t bytes) const {
  const auto is_pending = [&](uint64_t byte) { return byte < pending_.size() && pending_[byte]; };
  bool any = false;
  for (uint64_t byte = address; byte < address + bytes; ++byte) any |= is_pending(byte);
  if (!any) return nullptr;
  for (const auto& copies : of_warp_)
    for (const AsyncCopy& copy : copies)
      if (copy.to < address + bytes && address < copy.to + copy.bytes) return &copy;
  return nullptr;
}

}  // namespace cudal1::sim
