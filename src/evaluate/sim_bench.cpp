// The bench without a GPU: the PTX machine runs and checks, the roofline predicts.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>

#include "bench.h"
#include "cudal1/execute/host_memory.h"
#include "cudal1/execute/place.h"
#include "cudal1/execute/sim_device.h"
#include "measured.h"
#include "operator_cost.h"

namespace cudal1::evaluate {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPoison = 0xff;                   // NaN in every floating-point format, -1 in every integer
constexpr double kReferenceLimit = 30;          // seconds; the candidate's checks cost twice as much
constexpr uint64_t kSampledBlocks = 48;         // of a timed launch
constexpr uint64_t kSampleInstructions = 3'000'000'000;
constexpr uint64_t kLeastBudget = 200'000'000;  // lane instructions: 0.2 s, so that small references set no tight limit
constexpr uint64_t kBudgetFactor = 100;         // a candidate may do this many times the reference's work

Clock::time_point in_seconds(double seconds) {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

class SimBench final : public Bench {
 public:
  explicit SimBench(const BenchOptions& options)
      : memory_(execute::HostMemory::install()), device_(sim::read_gpu_spec(options.gpu_spec), memory_) {
    at::set_num_threads(options.threads);
  }

  execute::Device& device() override { return device_; }
  std::string name() const override { return "sim: " + device_.gpu().name; }

  // Small and odd inputs are run whole; `inputs` is sized for a GPU and only sampled, unless there is nothing else.
  std::vector<std::string> trial_functions(const std::vector<std::string>& functions, uint32_t) const override {
    if (functions.size() == 1) return functions;
    return {functions.begin() + 1, functions.end()};
  }

  void before_reference() override {
    memory_.set_poison(kPoison);
    sim::RunOptions options;
    options.count = false;
    options.deadline = in_seconds(kReferenceLimit);
    device_.set_options(options);
    device_.set_budget(0);
    device_.take_launches();
  }

  void after_reference() override {
    reference_work_ = 0;
    for (const execute::SimLaunch& launch : device_.take_launches()) reference_work_ += launch.result.counts.lane_instructions;
  }

  int reference_poison() const override { return kPoison; }

  void before_candidate(uint32_t round, uint64_t seed, double limit_seconds) override {
    memory_.set_poison(poison(round));
    sim::RunOptions options;
    options.count = false;
    options.find_races = true;
    options.find_uninitialised = round > 0;  // a race, where it is one, says more
    options.schedule = round == 0 ? sim::Schedule::kInOrder : sim::Schedule::kRandom;
    options.seed = seed;
    options.deadline = in_seconds(limit_seconds);
    device_.set_options(options);
    device_.set_budget(std::max(kLeastBudget, reference_work_ * kBudgetFactor));
  }

  std::optional<execute::DeviceFault> after_candidate() override {
    device_.set_budget(0);
    return std::nullopt;
  }
  double candidate_limit(const EvaluationOptions& options) const override {
    return std::chrono::duration<double>(options.sim_timeout).count();
  }

  using Bench::to_device;
  at::Tensor to_device(const at::Tensor& host) const override { return to_host(host); }
  at::Tensor to_host(const at::Tensor& tensor) const override {
    const at::Tensor copy = tensor.clone();
    execute::place_like(tensor, copy);
    return copy;
  }

  Result<Measurement, Failure> measure(Runnable& reference, Runnable& candidate, std::span<const Trial* const> trials,
                                       const Timing&) override;

 private:
  struct Predicted {
    double nanoseconds = 0, own_nanoseconds = 0;
    std::string bound;
    uint64_t output_bytes = 0;
  };
  Result<Predicted, Failure> predict(Runnable& program, const Trial& trial);
  double floor_ns(const Trial& trial) const;

  execute::HostMemory& memory_;
  execute::SimDevice device_;
  uint64_t reference_work_ = 0;
};

Result<SimBench::Predicted, Failure> SimBench::predict(Runnable& program, const Trial& trial) {
  if (auto failure = program.executor->reset_module()) return *failure;  // both sides begin with the file's own values
  const execute::Values inputs = map_tensors(trial.inputs, copy_of);
  sim::RunOptions options;
  options.max_blocks = kSampledBlocks;
  options.max_lane_instructions = kSampleInstructions;
  options.deadline = in_seconds(60);
  device_.set_options(options);
  device_.set_budget(0);
  device_.take_launches();
  memory_.set_poison(kPoison);
  Predicted predicted;
  double operators = 0;
  program.executor->observe({{}, [&](const std::string& name, const auto& in, const auto& out) {
                               operators += operator_seconds(device_.gpu(), name, in, out);
                             }});
  at::manual_seed(trial.seed);
  auto outputs = program.executor->forward(inputs);
  program.executor->observe({});
  if (!outputs.ok()) return outputs.error();
  double longest = 0, kernels = 0;
  const uint64_t live = memory_.live_bytes();
  for (const execute::SimLaunch& launch : device_.take_launches()) {
    const double factor = double(launch.result.blocks_total) / double(std::max<uint64_t>(1, launch.result.blocks_run));
    sim::Counts counts = launch.result.counts.scaled(factor);
    // Blocks share what they read: no launch can touch more distinct bytes than there are.
    counts.unique_load_sectors = std::min(counts.unique_load_sectors, live / 32 + 1);
    counts.unique_store_sectors = std::min(counts.unique_store_sectors, live / 32 + 1);
    const sim::Prediction one = sim::predict(device_.gpu(), counts, launch.shape.grid, launch.shape.block, {launch.result.registers, launch.shared_bytes});
    kernels += one.seconds;
    if (one.seconds > longest) longest = one.seconds, predicted.bound = one.bound;
  }
  predicted.own_nanoseconds = kernels * 1e9;
  predicted.nanoseconds = (kernels + operators) * 1e9;
  if (operators > kernels) predicted.bound = "ATen operators";
  for (const at::Tensor& output : *outputs) predicted.output_bytes += output.nbytes();
  return predicted;
}

// What any program must at least move: each input once, each output once.
double SimBench::floor_ns(const Trial& trial) const {
  uint64_t bytes = 0;
  for (const at::Tensor& tensor : tensors_of(trial.inputs)) bytes += tensor.nbytes();
  for (const Expected& output : trial.expected) bytes += output.value.nbytes();
  return double(bytes) / device_.gpu().dram_bytes_per_s * 1e9;
}

Result<Measurement, Failure> SimBench::measure(Runnable& reference, Runnable& candidate,
                                               std::span<const Trial* const> trials, const Timing& timing) {
  const Trial& trial = *trials.front();
  const auto before = predict(reference, trial);
  if (!before.ok()) return before.error();
  const auto after = predict(candidate, trial);
  if (!after.ok()) return after.error();
  if (after->nanoseconds <= 0) return Failure{"no_device_work", "the program does nothing on the device", {1, 1}};
  if (before->nanoseconds <= 0) return Failure{"no_device_work", "the reference does nothing on the device", {1, 1}};
  Measurement measurement = measured(measure::compare_predicted(before->nanoseconds, after->nanoseconds, kIndifference));
  measurement.predicted = true;
  measurement.device = name();
  measurement.clock = "roofline prediction";
  if (timing.energy) measurement.energy_missing = "the simulator predicts times, no energy";
  measurement.floor_ns = floor_ns(trial);
  measurement.own_kernel_share = after->own_nanoseconds / after->nanoseconds;
  measurement.bound = after->bound;
  return measurement;
}

}  // namespace

std::unique_ptr<Bench> make_sim_bench(const BenchOptions& options) { return std::make_unique<SimBench>(options); }

}  // namespace cudal1::evaluate
