#include "cuda_timer.h"

#include <ATen/ATen.h>
#include <c10/cuda/CUDAStream.h>

#include <atomic>

#include "cudal1/core/error.h"
#include "cudal1/gpu/launch.h"
#include "cudal1/gpu/stream.h"

namespace cudal1::evaluate {
namespace {

// The gate spins on host memory until the flag reaches its number or 20 ms have passed: it must never hang a device.
constexpr const char* kPtx = R"(
.version 7.0
.target sm_70
.address_size 64
.visible .entry cudal1_gate(.param .u64 flag, .param .u32 number)
{
  .reg .pred %p<3>;
  .reg .b32 %r<3>;
  .reg .b64 %rd<6>;
  ld.param.u64 %rd1, [flag];
  ld.param.u32 %r1, [number];
  mov.u64 %rd2, %globaltimer;
WAIT:
  ld.volatile.u32 %r2, [%rd1];
  setp.ge.u32 %p1, %r2, %r1;
  @%p1 bra DONE;
  mov.u64 %rd3, %globaltimer;
  sub.u64 %rd4, %rd3, %rd2;
  setp.lt.u64 %p2, %rd4, 20000000;
  @%p2 bra WAIT;
DONE:
  ret;
}
.visible .entry cudal1_mark()
{
  ret;
}
)";

CUstream stream() { return c10::cuda::getCurrentCUDAStream().stream(); }

template <typename T>
T require_ok(Result<T, gpu::DriverFault> result, const char* what) {
  if (!result.ok()) throw EnvironmentError(std::string(what) + ": " + result.error().message);
  return std::move(result.value());
}

}  // namespace

CudaTimer::CudaTimer(const gpu::Context& context, gpu::ActivityTracer* tracer)
    : context_(context),
      tracer_(tracer),
      module_(require_ok(gpu::Module::load(context, kPtx), "cannot load the timing kernels")),
      gate_(require_ok(module_.function("cudal1_gate"), "cannot load the timing kernels")),
      mark_(require_ok(module_.function("cudal1_mark"), "cannot load the timing kernels")),
      flag_(at::zeros({1}, at::TensorOptions(at::kInt).pinned_memory(true))) {}

bool CudaTimer::launch_gate(uint32_t number) {
  void* flag = flag_.data_ptr();
  void* parameters[] = {&flag, &number};
  return gpu::launch(context_, gate_, Dim3{}, Dim3{}, 0, stream(), parameters).ok();
}

bool CudaTimer::launch_mark() { return gpu::launch(context_, mark_, Dim3{}, Dim3{}, 0, stream(), nullptr).ok(); }

bool CudaTimer::time(const std::function<bool()>& prepare, const std::function<bool()>& run) {
  if (!prepare()) return false;
  ++runs_;
  auto* flag = reinterpret_cast<std::atomic<uint32_t>*>(flag_.data_ptr());
  if (!gated_) flag->store(runs_);
  if (!launch_gate(runs_)) return false;
  if (!tracer_) {
    events_.emplace_back(gpu::Event(context_), gpu::Event(context_));
    events_.back().first.record(stream());
  }
  const bool ran = run();
  if (!tracer_) events_.back().second.record(stream());
  const bool marked = launch_mark();
  flag->store(runs_);
  ++pending_;
  return ran && marked && gpu::synchronize(context_, stream()).ok();
}

std::vector<Span> CudaTimer::collect() {
  std::vector<Span> spans;
  if (!tracer_) {
    for (const auto& [start, stop] : events_) spans.push_back({stop.since_ns(start), {}});
    events_.clear();
    pending_ = 0;
    return spans;
  }
  bool open = false;
  for (gpu::Activity& activity : tracer_->flush()) {
    if (activity.name == "cudal1_gate") {
      spans.emplace_back();
      open = true;
    } else if (activity.name == "cudal1_mark") {
      open = false;
    } else if (open) {
      spans.back().activities.push_back(std::move(activity));
    }
  }
  for (Span& span : spans) {
    uint64_t first = UINT64_MAX, last = 0;
    for (const gpu::Activity& activity : span.activities) {
      first = std::min(first, activity.start_ns);
      last = std::max(last, activity.end_ns);
    }
    if (last > first) span.nanoseconds = double(last - first);
  }
  const bool complete = spans.size() == pending_;
  pending_ = 0;
  return complete ? spans : std::vector<Span>{};
}

}  // namespace cudal1::evaluate
