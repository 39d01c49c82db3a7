#include "frames.h"

#include <algorithm>
#include <bit>
#include <string>

#include "groups.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

constexpr size_t kMaxDepth = 1024;

void copy_params(const Frame& from, const std::vector<ParamPlace>& source, Frame& to,
                 const std::vector<ParamPlace>& target, uint32_t lanes) {
  for (size_t i = 0; i < std::min(source.size(), target.size()); ++i)
    for (int l = 0; l < kLanes; ++l)
      if (has_lane(lanes, l))
        std::copy_n(from.params.data() + size_t(l) * from.params_stride + source[i].offset,
                    std::min(source[i].size, target[i].size),
                    to.params.data() + size_t(l) * to.params_stride + target[i].offset);
}

// Points the warp at its top frame.
void enter_frame(Warp& warp) {
  Frame& frame = warp.frame();
  warp.bases[kFrame] = frame.registers.data()->bytes;
  LaunchState::Tally& tally = warp.launch->tallies[frame.function];
  if (tally.warps.empty()) {
    tally.warps.resize(frame.function->code.size());
    tally.lanes.resize(frame.function->code.size());
    tally.cache.resize(frame.function->accesses);
  }
  warp.cache = tally.cache.data();
  warp.warp_tally = tally.warps.data();
  warp.lane_tally = tally.lanes.data();
  warp.code = frame.function->code.data();
  fill_special(warp, kLocalBase, frame.local_base);
  update_stop(warp);
}

}  // namespace

void push_frame(Warp& warp, const Function& function, uint32_t lanes, const CallSite* call) {
  const int lane = std::countr_zero(lanes);
  if (warp.depth >= kMaxDepth)
    fail(FaultKind::kOutOfBounds, lane,
         "stack overflow: calls are nested deeper than " + std::to_string(kMaxDepth));
  if (warp.frames.size() == warp.depth) warp.frames.push_back(std::make_unique<Frame>());
  Frame& frame = *warp.frames[warp.depth++];
  frame.function = &function;
  frame.registers.resize(std::max(1u, function.frame_units));
  frame.params_stride = function.area_bytes;
  frame.params.resize(size_t(frame.params_stride) * kLanes);
  frame.others.clear();
  frame.local_base = warp.local_top;
  frame.call = call;
  frame.entered = lanes;
  if (warp.local_top + function.local_bytes > warp.local_stride)
    fail(FaultKind::kOutOfBounds, lane,
         "stack overflow: " + std::to_string(warp.local_top + function.local_bytes) +
             " bytes of local memory per thread");
  warp.local_top += function.local_bytes;
  if (warp.depth > 1) {
    Frame& caller = *warp.frames[warp.depth - 2];
    frame.caller = {warp.pc, lanes};
    if (call) copy_params(caller, call->args, frame, function.params, lanes);
  }
  enter_frame(warp);
  warp.active = lanes;
  warp.pc = 0;
}

void pop_frame(Warp& warp) {
  Frame& callee = warp.frame();
  Frame& caller = *warp.frames[warp.depth - 2];
  const uint32_t back = callee.entered & warp.alive;
  if (callee.call)
    copy_params(callee, callee.function->returns, caller, callee.call->results, back);
  warp.local_top = callee.local_base;
  const Group group{callee.caller.pc, back};
  --warp.depth;
  enter_frame(warp);
  warp.active = group.mask;
  warp.pc = group.pc;
}

}  // namespace cudal1::sim
