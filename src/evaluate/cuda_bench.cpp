// The bench with a GPU: guarded memory for verification, replayed memory and CUPTI for time.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <chrono>

#include "bench.h"
#include "cudal1/execute/place.h"
#include "compare.h"
#include "cuda_timer.h"
#include "cudal1/core/error.h"
#include "cudal1/execute/cuda_device.h"
#include "cudal1/execute/cuda_memory.h"
#include "cudal1/gpu/graph.h"
#include "cudal1/gpu/stream.h"

namespace cudal1::evaluate {
namespace {

using Clock = std::chrono::steady_clock;
using execute::Values;

constexpr uint8_t kPoison = 0xff;  // NaN in every floating-point format, -1 in every integer
constexpr double kIndifference = 0.01;  // CUDA-L1 counts a speedup from 1.01× on

CUstream stream() { return c10::cuda::getCurrentCUDAStream().stream(); }

std::shared_ptr<gpu::Driver> open_driver() {
  std::string why;
  auto driver = gpu::Driver::load(&why);
  if (!driver) throw EnvironmentError("no GPU: " + why, "Use --device sim, or see `cudal1 doctor`.");
  return driver;
}

// One side of a comparison: a program, the memory of its runs and the outputs of the last one.
struct Contender {
  Runnable& program;
  execute::Tape tape;
  std::vector<at::Tensor> outputs;
  double share_ns = 0, total_ns = 0;  // of its own kernels, of everything, in the last run
};

class CudaBench final : public Bench {
 public:
  explicit CudaBench(const BenchOptions& options)
      : tracer_(gpu::ActivityTracer::start(&tracer_missing_)),
        context_(open_driver(), 0),
        memory_(execute::CudaMemory::install(context_)),
        device_(context_),
        flush_(context_) {
    at::set_num_threads(options.threads);
    at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
    // Not the legacy stream: graphs are captured on it.
    c10::cuda::setCurrentCUDAStream(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, 0));
    timer_ = std::make_unique<CudaTimer>(context_, tracer_.get());
  }

  execute::Device& device() override { return device_; }
  std::string name() const override { return context_.info().name; }

  std::vector<std::string> trial_functions(const std::vector<std::string>& functions, uint32_t trial) const override {
    if (trial == 0) return functions;
    return {functions.front()};
  }

  void before_reference() override {
    memory_.bury();
    memory_.pool();
  }
  void after_reference() override {}
  int reference_poison() const override { return -1; }
  void before_candidate(uint32_t round, uint64_t, double) override {
    memory_.bury();
    memory_.guard(poison(round));
  }
  std::optional<execute::DeviceFault> after_candidate() override {
    auto fault = device_.synchronize();
    memory_.pool();
    return fault;
  }
  double candidate_limit(const EvaluationOptions& options) const override {
    return std::chrono::duration<double>(options.candidate_timeout).count();
  }

  at::Tensor to_device(const at::Tensor& host) const override {
    return execute::is_left_on_host(host) ? host : host.to(at::kCUDA);
  }
  at::Tensor to_host(const at::Tensor& tensor) const override {
    const at::Tensor copy = tensor.cpu().clone();
    if (tensor.is_cpu()) execute::leave_on_host(copy);
    return copy;
  }

  Result<Measurement, Failure> measure(Runnable& reference, Runnable& candidate, const Trial& trial, const Timing& timing) override;

 private:
  std::optional<Failure> rehearse(Contender& side, const execute::Tape* lender, const Values& inputs);
  bool prepare(Contender& side, const std::vector<at::Tensor>& mutated, const std::vector<at::Tensor>& pristine);
  std::optional<Failure> run(Contender& side, const Values& inputs);
  std::optional<Failure> check_last(Contender& side, const Values& inputs, const Trial& trial);
  double wall_ns(Contender& side, const Values& inputs);
  double graph_ns(Contender& side, const Values& inputs);
  double floor_ns(const Trial& trial) const;

  std::string tracer_missing_;
  std::unique_ptr<gpu::ActivityTracer> tracer_;  // before the context, as CUPTI wants it
  gpu::Context context_;
  execute::CudaMemory& memory_;
  execute::CudaDevice device_;
  gpu::L2Flush flush_;
  std::unique_ptr<CudaTimer> timer_;
};

std::optional<Failure> CudaBench::run(Contender& side, const Values& inputs) {
  side.outputs.clear();
  auto outputs = side.program.executor->forward(inputs);
  if (!outputs.ok()) return outputs.error();
  side.outputs = std::move(outputs.value());
  return std::nullopt;
}

// Twice from the pool, so that libraries make their workspaces and choose their algorithms; then once on tape.
std::optional<Failure> CudaBench::rehearse(Contender& side, const execute::Tape* lender, const Values& inputs) {
  memory_.pool();
  for (int i = 0; i < 2; ++i)
    if (auto failure = run(side, inputs)) return failure;
  side.outputs.clear();
  memory_.record(side.tape, lender);
  auto failure = run(side, inputs);
  memory_.pool();
  if (!failure)
    if (const auto fault = device_.synchronize()) failure = Failure{fault->rule, fault->message, side.program.executor->position(), fault->lost};
  return failure;
}

bool CudaBench::prepare(Contender& side, const std::vector<at::Tensor>& mutated, const std::vector<at::Tensor>& pristine) {
  memory_.pool();
  for (size_t i = 0; i < mutated.size(); ++i) mutated[i].copy_(pristine[i]);
  for (const execute::Tape::Block& block : side.tape.blocks)
    if (!gpu::fill_bytes(context_, block.address, kPoison, block.bytes, stream()).ok()) return false;
  if (!flush_.run(stream()).ok()) return false;
  memory_.replay(side.tape);
  return true;
}

double CudaBench::floor_ns(const Trial& trial) const {
  uint64_t bytes = 0;
  for (const at::Tensor& tensor : tensors_of(trial.inputs)) bytes += tensor.nbytes();
  for (const at::Tensor& tensor : trial.expected) bytes += tensor.nbytes();
  const gpu::DeviceInfo& info = context_.info();
  const double peak = 2.0 * info.memory_clock_khz * 1e3 * info.memory_bus_bits / 8;  // bytes/s: both clock edges
  return peak > 0 ? double(bytes) / peak * 1e9 : 0;
}

// The timed runs count as much as the others: the last one must be right, and the inputs untouched.
std::optional<Failure> CudaBench::check_last(Contender& side, const Values& inputs, const Trial& trial) {
  const auto pristine = tensors_of(trial.inputs), now = tensors_of(inputs);
  std::vector<at::Tensor> got = side.outputs;
  const auto line = side.program.executor->position();
  for (size_t i = 0; i < now.size(); ++i) {
    if (std::find(trial.mutated.begin(), trial.mutated.end(), i) != trial.mutated.end()) got.push_back(now[i]);
    else if (!same_bytes(now[i], pristine[i]))
      return Failure{"input_mutation", "while timed: argument " + std::to_string(i + 1) + " is changed", line};
  }
  for (size_t i = 0; i < trial.expected.size(); ++i) {
    if (i >= got.size()) return Failure{"wrong_output", "while timed: outputs are missing", line};
    if (const auto mismatch = compare(got[i], to_device(trial.expected[i]), kPoison))
      return Failure{"wrong_output", "right when verified, wrong while timed: " + mismatch->message, line};
  }
  return std::nullopt;
}

constexpr int kWallRuns = 10;

double CudaBench::wall_ns(Contender& side, const Values& inputs) {
  memory_.pool();
  (void)device_.synchronize();
  const auto begin = Clock::now();
  for (int i = 0; i < kWallRuns; ++i)
    if (run(side, inputs)) return 0;
  (void)device_.synchronize();
  side.outputs.clear();
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() / kWallRuns;
}

// Per replay of the forward captured as one graph; 0 where it cannot be captured.
double CudaBench::graph_ns(Contender& side, const Values& inputs) {
  side.outputs.clear();
  memory_.replay(side.tape);
  auto graph = gpu::Graph::capture(context_, stream(), [&]() -> Result<bool, gpu::DriverFault> {
    if (auto failure = run(side, inputs)) return gpu::DriverFault{CUDA_ERROR_UNKNOWN, failure->message, false};
    return true;
  });
  side.outputs.clear();
  memory_.pool();
  if (!graph.ok() || device_.synchronize()) return 0;
  gpu::Event start(context_), stop(context_);
  (void)graph->launch(stream()).ok();
  start.record(stream());
  for (int i = 0; i < kWallRuns; ++i)
    if (!graph->launch(stream()).ok()) return 0;
  stop.record(stream());
  if (device_.synchronize()) return 0;
  return stop.since_ns(start) / kWallRuns;
}

// ATen's kernels live in namespaces of its own; what is left is the program's.
bool is_library_kernel(const std::string& mangled) {
  for (const char* mark : {"2at", "cutlass", "cublas", "cudnn", "gemm", "3cub", "thrust", "at_cuda"})
    if (mangled.find(mark) != std::string::npos) return true;
  return false;
}

void account(Contender& side, const Span& span) {
  side.share_ns = side.total_ns = 0;
  for (const gpu::Activity& activity : span.activities) {
    const auto nanoseconds = double(activity.end_ns - activity.start_ns);
    side.total_ns += nanoseconds;
    if (activity.kind == gpu::ActivityKind::kKernel && !is_library_kernel(activity.name)) side.share_ns += nanoseconds;
  }
}

Result<Measurement, Failure> CudaBench::measure(Runnable& reference, Runnable& candidate, const Trial& trial, const Timing& timing) {
  memory_.bury();
  memory_.pool();
  const Values inputs = map_tensors(trial.inputs, copy_of);
  std::vector<at::Tensor> mutated, pristine;
  for (size_t i : trial.mutated) {
    mutated.push_back(tensors_of(inputs)[i]);
    pristine.push_back(mutated.back().clone());
  }
  Contender sides[2] = {{reference}, {candidate}};
  const auto finish = [&] {
    for (Contender* side : {&sides[1], &sides[0]}) side->outputs.clear(), memory_.release(side->tape);
  };
  for (Contender& side : sides) {
    const execute::Tape* lender = &side == &sides[1] ? &sides[0].tape : nullptr;
    if (auto failure = rehearse(side, lender, inputs)) return finish(), std::move(*failure);
    side.outputs.clear();
  }

  std::optional<Failure> failed;
  const auto time_block = [&](const std::vector<measure::Side>& order) -> std::vector<double> {
    for (const measure::Side which : order) {
      Contender& side = sides[which == measure::Side::kCandidate];
      for (Contender& each : sides) each.outputs.clear();  // they lie at the same addresses
      const auto begin = Clock::now();
      const bool ran = timer_->time([&] { return prepare(side, mutated, pristine); },
                                    [&] { return !(failed = run(side, inputs)); });
      if (Clock::now() - begin > std::chrono::milliseconds(19)) timer_->set_gated(false);  // it waits inside, or is long
      memory_.pool();
      if (!ran && !failed) {
        const auto fault = device_.synchronize();
        failed = Failure{fault ? fault->rule : "device_fault", fault ? fault->message : "a timed run failed", side.program.executor->position(), true};
      }
      if (failed) return {};
      if (which == measure::Side::kCandidate && side.tape.broken) side.tape.broken = false;
    }
    const std::vector<Span> spans = timer_->collect();
    if (spans.size() != order.size()) return {};
    std::vector<double> times;
    for (size_t i = 0; i < spans.size(); ++i) {
      account(sides[order[i] == measure::Side::kCandidate], spans[i]);
      times.push_back(spans[i].nanoseconds);
    }
    return times;
  };
  timer_->set_gated(true);
  Rng rng(timing.seed);
  for (int i = 0; i < 2 && !failed; ++i) (void)time_block(measure::abba_block(rng));  // clocks rise
  measure::Comparison comparison;
  if (!failed) {
    measure::StopRule rule = timing.stop_rule;
    rule.clock_resolution_ns = timer_->uses_cupti() ? 32 : 500;
    const measure::TimeBlock unless_failed = [&](const std::vector<measure::Side>& order) {
      return failed ? std::vector<double>{} : time_block(order);
    };
    comparison = measure::compare(unless_failed, rule, kIndifference, timing.seed);
  }
  if (!failed) {
    // One more timed run, like all others to the candidate: its outputs are looked at.
    for (Contender& each : sides) each.outputs.clear();
    (void)timer_->time([&] { return prepare(sides[1], mutated, pristine); }, [&] { return !(failed = run(sides[1], inputs)); });
    (void)timer_->collect();
    memory_.pool();
  }
  if (!failed) failed = check_last(sides[1], inputs, trial);
  if (failed) return finish(), std::move(*failed);
  if (comparison.samples.candidate_ns.empty())
    return finish(), Failure{"no_device_work", "no timed run put anything on the device", candidate.executor->position()};

  Measurement measurement;
  measurement.device = name();
  measurement.clock = timer_->uses_cupti() ? "CUPTI span" : "CUDA events (" + tracer_missing_ + ")";
  measurement.speedup = comparison.speedup;
  measurement.decision = comparison.decision;
  measurement.reference_ns = std::move(comparison.samples.reference_ns);
  measurement.candidate_ns = std::move(comparison.samples.candidate_ns);
  measurement.stop_rule = comparison.stop_rule;
  measurement.stopped_by = comparison.stopped_by;
  measurement.floor_ns = floor_ns(trial);
  if (sides[1].total_ns > 0) measurement.own_kernel_share = sides[1].share_ns / sides[1].total_ns;
  if (timing.thorough) {
    for (Contender& side : sides) side.outputs.clear();
    measurement.reference_wall_ns = wall_ns(sides[0], inputs);
    measurement.candidate_wall_ns = wall_ns(sides[1], inputs);
    measurement.reference_graph_ns = graph_ns(sides[0], inputs);
    measurement.candidate_graph_ns = graph_ns(sides[1], inputs);
  }
  finish();
  return measurement;
}

}  // namespace

std::unique_ptr<Bench> make_cuda_bench(const BenchOptions& options) { return std::make_unique<CudaBench>(options); }

}  // namespace cudal1::evaluate
