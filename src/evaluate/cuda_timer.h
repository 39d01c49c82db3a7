// The device clock: spans of whole runs, from the first start to the last end of anything they put
// on the GPU.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

#include "cudal1/gpu/activity.h"
#include "cudal1/gpu/driver.h"
#include "timer_kernels.h"

namespace cudal1::evaluate {

// One timed run as the device saw it.
struct Span {
  double nanoseconds = 0;
  double event_ns = 0;                    // between two events around the run; 0: not taken
  double sm_mhz = 0;                      // while the gate before it was shut; 0: unknown
  std::vector<gpu::Activity> activities;  // CUPTI only
};

// A gate kernel holds the stream until a run is queued whole, so that the host's speed is not in
// the span; a mark kernel closes it. With CUPTI the span lies between their records; without,
// between two events.
class CudaTimer {
 public:
  CudaTimer(const gpu::Context& context, gpu::ActivityTracer* tracer);

  bool uses_cupti() const { return tracer_ != nullptr; }
  // Runs that wait for the device inside would stand before the gate until it gives up: time those
  // without.
  void set_gated(bool gated) { gated_ = gated; }
  bool gated() const { return gated_; }
  // Events around each run as well, to compare with what CUPTI says. Without CUPTI they are there
  // anyway.
  void set_events(bool events) { events_wanted_ = events; }
  // `prepare` is queued before the gate and not timed. False when the device failed (see
  // context.synchronize()).
  bool time(const std::function<bool()>& prepare, const std::function<bool()>& run);
  // Spans of the runs since the last call, in order; empty when records were lost.
  std::vector<Span> collect();
  // Drops the records of runs that were not timed: they pile up.
  void forget() {
    if (tracer_) (void)tracer_->flush();
  }

 private:
  bool launch_gate(uint32_t number);
  bool launch_mark();
  std::vector<Span> traced();
  void take_events(std::vector<Span>& spans);

  const gpu::Context& context_;
  gpu::ActivityTracer* tracer_;
  TimerKernels kernels_;
  gpu::Module module_;
  CUfunction gate_ = nullptr, mark_ = nullptr;
  at::Tensor record_;  // pinned GateRecord: the host opens the gate by writing the run's number
  uint32_t runs_ = 0;
  bool gated_ = true, events_wanted_ = false;
  std::vector<double> clocks_;  // MHz, of the runs since the last collect()
  std::vector<std::pair<gpu::Event, gpu::Event>> events_;
};

}  // namespace cudal1::evaluate
