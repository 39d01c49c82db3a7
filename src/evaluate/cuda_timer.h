// The device clock: spans of whole runs, from the first start to the last end of anything they put on the GPU.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cudal1/gpu/activity.h"
#include "cudal1/gpu/driver.h"

namespace cudal1::evaluate {

// One timed run as the device saw it.
struct Span {
  double nanoseconds = 0;
  std::vector<gpu::Activity> activities;  // CUPTI only
};

// A gate kernel holds the stream until a run is queued whole, so that the host's speed is not in the span; a mark
// kernel closes it. With CUPTI the span lies between their records; without, between two events.
class CudaTimer {
 public:
  CudaTimer(const gpu::Context& context, gpu::ActivityTracer* tracer);

  bool uses_cupti() const { return tracer_ != nullptr; }
  // Runs that wait for the device inside would stand before the gate until it gives up: time those without.
  void set_gated(bool gated) { gated_ = gated; }
  // `prepare` is queued before the gate and not timed. False when the device failed (see context.synchronize()).
  bool time(const std::function<bool()>& prepare, const std::function<bool()>& run);
  // Spans of the runs since the last call, in order; empty when records were lost.
  std::vector<Span> collect();

 private:
  bool launch_gate(uint32_t number);
  bool launch_mark();

  const gpu::Context& context_;
  gpu::ActivityTracer* tracer_;
  gpu::Module module_;
  CUfunction gate_ = nullptr, mark_ = nullptr;
  at::Tensor flag_;       // pinned: the host opens the gate by writing the run's number
  uint32_t runs_ = 0;
  bool gated_ = true;
  size_t pending_ = 0;
  std::vector<std::pair<gpu::Event, gpu::Event>> events_;
};

}  // namespace cudal1::evaluate
