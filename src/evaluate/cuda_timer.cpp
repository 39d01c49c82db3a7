#include "cuda_timer.h"

#include <ATen/ATen.h>
#include <c10/cuda/CUDAStream.h>

#include <atomic>

#include "cudal1/core/error.h"
#include "cudal1/core/rng.h"
#include "cudal1/gpu/launch.h"
#include "cudal1/gpu/stream.h"

namespace cudal1::evaluate {
namespace {

CUstream stream() { return c10::cuda::getCurrentCUDAStream().stream(); }

constexpr const char* kCannotLoad = "cannot load the timing kernels";

}  // namespace

CudaTimer::CudaTimer(const gpu::Context& context, gpu::ActivityTracer* tracer)
    : context_(context),
      tracer_(tracer),
      kernels_(timer_kernels(secret_seed())),
      module_(gpu::require(gpu::Module::load(context, kernels_.ptx), kCannotLoad)),
      gate_(gpu::require(module_.function(kernels_.gate), kCannotLoad)),
      mark_(gpu::require(module_.function(kernels_.mark), kCannotLoad)),
      record_(at::zeros({sizeof(GateRecord)}, at::TensorOptions(at::kByte).pinned_memory(true))) {}

bool CudaTimer::launch_gate(uint32_t number) {
  void* record = record_.data_ptr();
  void* parameters[] = {&record, &number};
  return gpu::launch(context_, gate_, Dim3{}, Dim3{}, 0, stream(), parameters).ok();
}

bool CudaTimer::launch_mark() {
  return gpu::launch(context_, mark_, Dim3{}, Dim3{}, 0, stream(), nullptr).ok();
}

bool CudaTimer::time(const std::function<bool()>& prepare, const std::function<bool()>& run) {
  if (!prepare()) return false;
  ++runs_;
  auto& record = *static_cast<GateRecord*>(record_.data_ptr());
  const std::atomic_ref flag(record.flag);
  if (!gated_) flag.store(runs_);
  if (!launch_gate(runs_)) return false;
  const bool events = !tracer_ || events_wanted_;
  if (events) {
    events_.emplace_back(gpu::Event(context_), gpu::Event(context_));
    events_.back().first.record(stream());
  }
  const bool ran = run();
  if (events) events_.back().second.record(stream());
  const bool marked = launch_mark();
  flag.store(runs_);
  const bool synchronized = gpu::synchronize(context_, stream()).ok();
  clocks_.push_back(synchronized ? sm_mhz(record) : 0);
  return ran && marked && synchronized;
}

std::vector<Span> CudaTimer::collect() {
  std::vector<Span> spans = tracer_ ? traced() : std::vector<Span>(events_.size());
  take_events(spans);
  const bool complete = spans.size() == clocks_.size();
  if (complete)
    for (size_t i = 0; i < spans.size(); ++i) spans[i].sm_mhz = clocks_[i];
  clocks_.clear();
  return complete ? spans : std::vector<Span>{};
}

void CudaTimer::take_events(std::vector<Span>& spans) {
  if (spans.size() == events_.size())
    for (size_t i = 0; i < spans.size(); ++i) {
      spans[i].event_ns = events_[i].second.since_ns(events_[i].first);
      if (!tracer_) spans[i].nanoseconds = spans[i].event_ns;
    }
  events_.clear();
}

std::vector<Span> CudaTimer::traced() {
  std::vector<Span> spans;
  bool open = false;
  for (gpu::Activity& activity : tracer_->flush()) {
    if (activity.name == kernels_.gate) {
      spans.emplace_back();
      open = true;
    } else if (activity.name == kernels_.mark) {
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
  return spans;
}

}  // namespace cudal1::evaluate
