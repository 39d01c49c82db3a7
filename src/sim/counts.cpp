#include "cudal1/sim/counts.h"

#include <array>
#include <cmath>

namespace cudal1::sim {
namespace {

constexpr std::array kMembers = {&Counts::warp_instructions,
                                 &Counts::lane_instructions,
                                 &Counts::fp32,
                                 &Counts::fp64,
                                 &Counts::fp16,
                                 &Counts::integer,
                                 &Counts::sfu,
                                 &Counts::tensor,
                                 &Counts::load_store,
                                 &Counts::control,
                                 &Counts::other,
                                 &Counts::flops,
                                 &Counts::tensor_flops,
                                 &Counts::global_load_sectors,
                                 &Counts::global_store_sectors,
                                 &Counts::global_lines,
                                 &Counts::global_load_bytes,
                                 &Counts::global_store_bytes,
                                 &Counts::l2_load_sectors,
                                 &Counts::unique_load_sectors,
                                 &Counts::unique_store_sectors,
                                 &Counts::local_bytes,
                                 &Counts::shared_accesses,
                                 &Counts::shared_wavefronts,
                                 &Counts::atomics,
                                 &Counts::atomic_serialised,
                                 &Counts::barriers,
                                 &Counts::divergent_branches,
                                 &Counts::blocks,
                                 &Counts::warps,
                                 &Counts::issue_slots,
                                 &Counts::load_rounds,
                                 &Counts::path_cycles,
                                 &Counts::path_near_rounds,
                                 &Counts::path_far_rounds};
static_assert(sizeof(Counts) == kMembers.size() * sizeof(uint64_t), "a counter is missing here");

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  for (auto member : kMembers) this->*member += other.*member;
  return *this;
}

Counts Counts::scaled(double factor) const {
  Counts result = *this;
  for (auto member : kMembers)
    result.*member = uint64_t(std::llround(double(this->*member) * factor));
  return result;
}

}  // namespace cudal1::sim
