#include "fault.h"

#include <algorithm>
#include <utility>

#include "dims.h"

namespace cudal1::sim {

void fail(FaultKind kind, int lane, std::string message) {
  throw LaneFault{kind, std::move(message), lane};
}

SourceLine source_line(const Warp& warp) {
  const auto line = [](const Function& function, uint32_t pc) {
    const size_t at = pc > 0 ? pc - 1 : 0;
    return function.parsed.body[std::min(at, function.parsed.body.size() - 1)].source;
  };
  const SourceLine innermost = line(*warp.frames[warp.depth - 1]->function, warp.pc);
  SourceLine source = innermost;
  // A function of a header that was called: the call in the kernel's own file says more.
  const uint32_t file = warp.launch->kernel->parsed.body.front().source.file;
  for (size_t depth = warp.depth; depth > 1 && source.file != file; --depth)
    source = line(*warp.frames[depth - 2]->function, warp.frames[depth - 1]->caller.pc);
  return source.file == file ? source : innermost;
}

Fault fault_of(const LaneFault& lane_fault, const Warp& warp, SourceLine source) {
  const LaunchState& state = *warp.launch;
  Fault fault{lane_fault.kind, lane_fault.message, "", source.line, warp.block->index};
  const auto& files = state.module->parsed.files;
  if (const auto file = files.find(source.file); file != files.end()) fault.file = file->second;
  fault.thread = place_in(state.launch->block, warp.index * kLanes + uint32_t(lane_fault.lane));
  fault.message += " (kernel " + state.kernel->name + ", block " + to_text(fault.block) +
                   ", thread " + to_text(fault.thread);
  if (fault.line) fault.message += ", " + fault.file + ":" + std::to_string(fault.line);
  fault.message += ")";
  return fault;
}

}  // namespace cudal1::sim
