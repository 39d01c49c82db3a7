// The bench with a GPU: guarded memory for verification, replayed memory and CUPTI for time.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <chrono>

#include "bench.h"
#include "compare.h"
#include "cuda_timer.h"
#include "cudal1/core/error.h"
#include "cudal1/execute/cuda_device.h"
#include "cudal1/execute/cuda_memory.h"
#include "cudal1/execute/place.h"
#include "cudal1/gpu/shared_poison.h"
#include "cudal1/gpu/stream.h"
#include "duel.h"
#include "energy.h"
#include "floor.h"
#include "impossible.h"
#include "measured.h"

namespace cudal1::evaluate {
namespace {

CUstream stream() { return c10::cuda::getCurrentCUDAStream().stream(); }

std::shared_ptr<gpu::Driver> open_driver() {
  std::string why;
  auto driver = gpu::Driver::load(&why);
  if (!driver)
    throw EnvironmentError("no GPU: " + why, "Use --device sim, or see `cudal1 doctor`.");
  return driver;
}

class CudaBench final : public Bench {
 public:
  explicit CudaBench(const BenchOptions& options)
      : tracer_(gpu::ActivityTracer::start(&tracer_missing_)),
        context_(open_driver(), 0),
        memory_(execute::CudaMemory::install(context_)),
        device_(context_),
        flush_(context_),
        shared_(context_) {
    at::set_num_threads(options.threads);
    at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
    // Not the legacy stream: graphs are captured on it.
    c10::cuda::setCurrentCUDAStream(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, 0));
    timer_ = std::make_unique<CudaTimer>(context_, tracer_.get());
  }

  execute::Device& device() override { return device_; }
  std::string name() const override { return context_.info().name; }

  std::vector<std::string> trial_functions(const std::vector<std::string>& functions,
                                           uint32_t trial) const override {
    if (trial == 0) return functions;
    return {functions.front()};
  }

  void before_reference() override {
    memory_.recycle(uint8_t(poison(0)), stream());
    memory_.pool();
  }
  void after_reference() override {}
  int reference_poison() const override { return -1; }
  void before_candidate(const Conditions& now) override {
    // What earlier calls and the reference made, and what results were compared with.
    memory_.recycle(uint8_t(poison(now.round)), stream());
    memory_.scrub(uint8_t(poison(now.round)), stream());
    (void)shared_.run(stream()).ok();  // a fault shows when the candidate has run
    if (now.fresh == Fresh::kOrdinary)
      memory_.guard_ordinary(stream());
    else
      memory_.guard(poison(now.round));
  }
  std::optional<execute::DeviceFault> after_candidate() override {
    auto fault = device_.synchronize();
    memory_.pool();
    if (fault) return fault;
    if (const auto stray = memory_.trespass(stream()))
      return execute::DeviceFault{"out_of_bounds", *stray};
    return std::nullopt;
  }
  double candidate_limit(const EvaluationOptions& options) const override {
    return std::chrono::duration<double>(options.candidate_timeout).count();
  }
  bool in_real_time() const override { return true; }

  using Bench::to_device;
  at::Tensor to_device(const at::Tensor& host) const override {
    return execute::is_left_on_host(host) ? host : host.to(at::kCUDA);
  }
  at::Tensor to_host(const at::Tensor& tensor) const override {
    const at::Tensor copy = tensor.is_cpu() ? tensor.clone() : tensor.cpu();
    if (tensor.is_cpu()) execute::leave_on_host(copy);
    return copy;
  }

  Result<Measurement, Failure> measure(Runnable& reference, Runnable& candidate,
                                       std::span<const Trial* const> trials,
                                       const Timing& timing) override;

 private:
  std::optional<Failure> compare_clocks(Duel& duel, Measurement& measurement) const;
  double noise_floor(Duel& duel, const Timing& timing) const;
  void measure_thoroughly(Duel& duel, const Timing& timing, Measurement& measurement) const;
  void measure_energy(Duel& duel, Measurement& measurement) const;
  double clock_resolution_ns() const { return timer_->uses_cupti() ? 32 : 500; }
  double peak_bandwidth() const;
  double peak_flops() const;

  std::string tracer_missing_;
  std::unique_ptr<gpu::ActivityTracer> tracer_;  // before the context, as CUPTI wants it
  gpu::Context context_;
  execute::CudaMemory& memory_;
  execute::CudaDevice device_;
  gpu::L2Flush flush_;
  gpu::SharedPoison shared_;
  std::unique_ptr<CudaTimer> timer_;
};

double CudaBench::peak_bandwidth() const {
  const gpu::DeviceInfo& info = context_.info();
  return 2.0 * info.memory_clock_khz * 1e3 * info.memory_bus_bits / 8;  // bytes/s: both clock edges
}

// Of the ordinary cores, in single precision: 128 multiply-adds per SM and clock on all
// architectures since 8.6, and 9.0.
double CudaBench::peak_flops() const {
  const gpu::DeviceInfo& info = context_.info();
  return 2.0 * 128 * info.sms * info.clock_khz * 1e3;
}

// Work that makes no record is in no span, but between events.
std::optional<Failure> CudaBench::compare_clocks(Duel& duel, Measurement& measurement) const {
  if (!timer_->uses_cupti()) return std::nullopt;
  const auto reference = duel.two_clocks(measure::Side::kReference),
             candidate = duel.two_clocks(measure::Side::kCandidate);
  if (duel.failure()) return duel.failure();
  if (!reference || !candidate) return std::nullopt;
  measurement.reference_event_ns = reference->events;
  measurement.candidate_event_ns = candidate->events;
  const auto told = measure::disagreement(*reference, *candidate);
  if (!told) return std::nullopt;
  return Failure{"clocks_disagree", *told, duel.candidate().program.executor->position()};
}

double CudaBench::noise_floor(Duel& duel, const Timing& timing) const {
  measure::StopRule rule = measure::StopRule::exploring();
  rule.max_time = timing.stop_rule.max_time;  // slow programs need as long as before
  rule.clock_resolution_ns = clock_resolution_ns();
  const auto time_unless_failed = [&](const std::vector<measure::Side>& order) {
    return duel.failure() ? measure::BlockTimes() : duel.time_reference(order);
  };
  const measure::Comparison itself =
      measure::compare(time_unless_failed, rule, kIndifference, timing.seed + 1);
  return noise_floor_of(itself.speedup, itself.samples.block.size());
}

void CudaBench::measure_thoroughly(Duel& duel, const Timing& timing,
                                   Measurement& measurement) const {
  if (!timing.itself) apply_noise_floor(measurement, noise_floor(duel, timing));
  if (duel.failure()) return;
  measurement.reference_wall_ns = duel.wall_ns(measure::Side::kReference);
  measurement.candidate_wall_ns = duel.wall_ns(measure::Side::kCandidate);
  measurement.reference_graph_ns = duel.graph_ns(measure::Side::kReference);
  measurement.candidate_graph_ns = duel.graph_ns(measure::Side::kCandidate);
  if (timing.energy) measure_energy(duel, measurement);
}

void CudaBench::measure_energy(Duel& duel, Measurement& measurement) const {
  const auto meter = gpu::PowerMeter::open(context_.info().pci_bus_id, &measurement.energy_missing);
  if (!meter) return;
  const EnergyPerCall energy = energy_per_call(duel, *meter);
  measurement.reference_energy_mj = energy.reference_mj;
  measurement.candidate_energy_mj = energy.candidate_mj;
  measurement.energy_missing = energy.missing;
}

Result<Measurement, Failure> CudaBench::measure(Runnable& reference, Runnable& candidate,
                                                std::span<const Trial* const> trials,
                                                const Timing& timing) {
  Duel duel({*this, context_, memory_, device_, flush_, shared_, *timer_}, reference, candidate,
            trials, timing.seed);
  if (!duel.rehearse()) return *duel.failure();
  measure::StopRule rule = timing.stop_rule;
  rule.clock_resolution_ns = clock_resolution_ns();
  const auto time_unless_failed = [&](const std::vector<measure::Side>& order) {
    return duel.failure() ? measure::BlockTimes() : duel.time(order);
  };
  measure::Comparison comparison =
      measure::compare(time_unless_failed, rule, kIndifference, timing.seed);
  if (duel.failure() || !duel.inspect()) return *duel.failure();
  if (comparison.samples.candidate_ns.empty())
    return Failure{"no_device_work", "no timed run put anything on the device",
                   candidate.executor->position()};

  if (auto failure = impossible(*trials.front(), {peak_bandwidth(), context_.info().l2_bytes},
                                measure::median(comparison.samples.reference_ns),
                                measure::median(comparison.samples.candidate_ns),
                                candidate.executor->position()))
    return std::move(*failure);
  Measurement measurement = measured(std::move(comparison));
  measurement.device = name();
  measurement.clock = timer_->uses_cupti() ? "CUPTI span" : "CUDA events (" + tracer_missing_ + ")";
  measurement.floor_ns = floor_ns(*trials.front(), peak_bandwidth(), peak_flops());
  if (duel.candidate().total_ns > 0)
    measurement.own_kernel_share = duel.candidate().share_ns / duel.candidate().total_ns;
  if (timing.itself)
    measurement.noise_floor = noise_floor_of(measurement.speedup, measurement.block.size());
  // In a search only what would be told as a gain is worth the runs.
  if (timing.thorough || measurement.decision == measure::Decision::kFaster)
    if (auto failure = compare_clocks(duel, measurement)) return std::move(*failure);
  if (timing.thorough) measure_thoroughly(duel, timing, measurement);
  if (duel.failure()) return *duel.failure();
  return measurement;
}

}  // namespace

std::unique_ptr<Bench> make_cuda_bench(const BenchOptions& options) {
  return std::make_unique<CudaBench>(options);
}

}  // namespace cudal1::evaluate
