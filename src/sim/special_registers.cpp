#include "special_registers.h"

#include <unordered_map>

#include "warp.h"

namespace cudal1::sim {

std::optional<SpecialRegister> special_register(std::string_view name) {
  static const std::unordered_map<std::string_view, SpecialRegister> kNames = {
      {"%tid.x", {kTidX, 32}},
      {"%tid.y", {kTidY, 32}},
      {"%tid.z", {kTidZ, 32}},
      {"%ntid.x", {kNtidX, 32}},
      {"%ntid.y", {kNtidY, 32}},
      {"%ntid.z", {kNtidZ, 32}},
      {"%ctaid.x", {kCtaX, 32}},
      {"%ctaid.y", {kCtaY, 32}},
      {"%ctaid.z", {kCtaZ, 32}},
      {"%nctaid.x", {kNctaX, 32}},
      {"%nctaid.y", {kNctaY, 32}},
      {"%nctaid.z", {kNctaZ, 32}},
      {"%laneid", {kLaneId, 32}},
      {"%warpid", {kWarpId, 32}},
      {"%nwarpid", {kNwarpId, 32}},
      {"%smid", {kSmId, 32}},
      {"%nsmid", {kNsmId, 32}},
      {"%gridid", {kZero, 64}},
      {"%lanemask_eq", {kLaneEq, 32}},
      {"%lanemask_lt", {kLaneLt, 32}},
      {"%lanemask_le", {kLaneLe, 32}},
      {"%lanemask_gt", {kLaneGt, 32}},
      {"%lanemask_ge", {kLaneGe, 32}},
      {"%dynamic_smem_size", {kDynamicShared, 32}},
      {"%total_smem_size", {kTotalShared, 32}},
      {"%cluster_ctarank", {kZero, 32}},
      {"%cluster_nctarank", {kOne, 32}},
      {"%envreg1", {kZero, 32}},
      {"%envreg2", {kZero, 32}},
  };
  const auto found = kNames.find(name);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace cudal1::sim
