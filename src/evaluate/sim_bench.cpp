// The bench without a GPU: the PTX machine runs and checks, the roofline predicts.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "bench.h"
#include "cudal1/execute/host_memory.h"
#include "cudal1/execute/place.h"
#include "cudal1/execute/sim_device.h"
#include "floor.h"
#include "impossible.h"
#include "measured.h"
#include "operator_cost.h"

namespace cudal1::evaluate {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPoison = 0xff;            // NaN in every floating-point format, -1 in every integer
constexpr double kReferenceLimit = 30;   // seconds; the candidate's checks cost twice as much
constexpr uint64_t kSampledBlocks = 48;  // of a timed launch
constexpr uint64_t kAllBlocks = 0;
constexpr uint64_t kSampleInstructions = 3'000'000'000;
constexpr uint64_t kLeastBudget =
    200'000'000;  // lane instructions: 0.2 s, so that small references set no tight limit
constexpr double kSampleError =
    0.25;  // of a time: more, and the blocks drawn were not like the others
constexpr uint64_t kBudgetFactor = 100;  // a candidate may do this many times the reference's work
// inputs() is sized for a GPU, and the trials leave it out. But a candidate could be right on all
// that is small and leave out the work that is timed; a sample of its blocks cannot tell those that
// need not write from those that should. So what was timed is run whole, once, where the candidate
// does no more than the reference did there, or up to this many warp instructions, of which a core
// does thirty million in a second: few in a search, far more where a result is told. As the
// reference runs whole anyway, more than once, an evaluation takes at most half as long again.
constexpr uint64_t kWholeQuick = 12'000'000, kWholeThorough = 120'000'000;

Clock::time_point in_seconds(double seconds) {
  return Clock::now() +
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

uint64_t address_of(const at::Tensor& tensor) {
  return reinterpret_cast<uint64_t>(tensor.const_data_ptr());
}

// Which blocks of a launch run, and in which order they and their warps do.
struct Turns {
  uint64_t max_blocks = kAllBlocks;
  uint64_t seed = 0;
  sim::Schedule schedule = sim::Schedule::kInOrder;
};

sim::RunOptions in_turns(const Turns& turns) {
  sim::RunOptions options;
  options.max_blocks = turns.max_blocks;
  options.seed = turns.seed;
  options.schedule = turns.schedule;
  return options;
}

// All blocks, as they are run to verify a trial.
Turns all_turns(uint32_t round, uint64_t seed) {
  return {kAllBlocks, seed, round == 0 ? sim::Schedule::kInOrder : sim::Schedule::kRandom};
}

class SimBench final : public Bench {
 public:
  explicit SimBench(const BenchOptions& options)
      : memory_(execute::HostMemory::install()),
        device_(sim::read_gpu_spec(options.gpu_spec), memory_) {
    at::set_num_threads(options.threads);
  }

  execute::Device& device() override { return device_; }
  std::string name() const override { return "sim: " + device_.gpu().name; }

  // Small and odd inputs are run whole; `inputs` is sized for a GPU and only sampled, unless there
  // is nothing else.
  std::vector<std::string> trial_functions(const std::vector<std::string>& functions,
                                           uint32_t) const override {
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
    reference_stores_.clear();
    for (const execute::SimLaunch& launch : device_.take_launches()) {
      reference_work_ += launch.result.counts.lane_instructions;
      reference_stores_.insert(launch.result.stored.begin(), launch.result.stored.end());
    }
  }

  bool stored_to(const at::Tensor& tensor) const override {
    const sim::Region* region = memory_.regions().find(address_of(tensor));
    return region && reference_stores_.contains(region->begin);
  }

  void protect(const Trial& trial, const execute::Values& inputs) override {
    const std::vector<at::Tensor> tensors = tensors_of(inputs);
    for (size_t i = 0; i < tensors.size(); ++i)
      if (tensors[i].defined() &&
          std::find(trial.stored.begin(), trial.stored.end(), i) == trial.stored.end())
        memory_.protect(tensors[i].const_data_ptr(),
                        "argument " + std::to_string(i + 1) + ", which the reference leaves alone");
  }

  int reference_poison() const override { return kPoison; }

  void before_candidate(const Conditions& now) override {
    timed_round_ = now.round == kTimedRound;
    device_.take_launches();
    operator_seconds_ = 0;
    if (now.fresh == Fresh::kOrdinary)
      memory_.set_ordinary();
    else
      memory_.set_poison(poison(now.round));
    sim::RunOptions options = in_turns(all_turns(now.round, now.seed));
    options.count = timed_round_;  // what is verified there is what the time is told of
    options.find_races = now.round != kTimedRound;
    // A race, where it is one, says more.
    options.find_uninitialised = now.round > 0 && now.round != kTimedRound;
    options.deadline = in_seconds(now.limit_seconds);
    device_.set_options(options);
    device_.set_budget(std::max(kLeastBudget, reference_work_ * kBudgetFactor));
  }

  void operator_ran(const std::string& name, const std::vector<at::Tensor>& in,
                    const std::vector<at::Tensor>& out) override {
    if (timed_round_) operator_seconds_ += operator_seconds(device_.gpu(), name, in, out);
  }

  std::optional<execute::DeviceFault> after_candidate() override {
    device_.set_budget(0);
    if (timed_round_) whole_ = summed(device_.take_launches(), operator_seconds_);
    return std::nullopt;
  }
  double candidate_limit(const EvaluationOptions& options) const override {
    return std::chrono::duration<double>(options.sim_timeout).count();
  }
  bool in_real_time() const override { return false; }  // kBudgetFactor stands in

  bool bears_timed_round(bool thorough) const override {
    return candidate_warps_ <= std::max(reference_warps_, thorough ? kWholeThorough : kWholeQuick);
  }

  using Bench::to_device;
  at::Tensor to_device(const at::Tensor& host) const override { return to_host(host); }
  at::Tensor to_host(const at::Tensor& tensor) const override {
    const at::Tensor copy = tensor.clone();
    execute::place_like(tensor, copy);
    return copy;
  }

  Result<Measurement, Failure> measure(Runnable& reference, Runnable& candidate,
                                       std::span<const Trial* const> trials,
                                       const Timing&) override;
  void correct(Measurement& measurement, Runnable& reference, const Trial& trial) override;

 private:
  struct Predicted {
    double nanoseconds = 0, own_nanoseconds = 0;
    std::string bound;
    uint64_t warp_instructions = 0,
             lane_instructions = 0;  // of all blocks, going by the sampled ones
  };
  Result<Predicted, Failure> predict(Runnable& program, const Trial& trial, const Turns& turns);
  Predicted summed(const std::vector<execute::SimLaunch>& launches, double operators) const;
  std::optional<Failure> cannot_be(const Trial& trial, const Predicted& reference,
                                   const Predicted& candidate, const Runnable& program) const {
    return impossible(trial, {device_.gpu().dram_bytes_per_s, device_.gpu().l2_bytes},
                      reference.nanoseconds, candidate.nanoseconds, program.executor->position());
  }

  execute::HostMemory& memory_;
  execute::SimDevice device_;
  uint64_t reference_work_ = 0;                         // lane instructions of its last run
  uint64_t reference_warps_ = 0, candidate_warps_ = 0;  // warp instructions on what was timed
  double operator_seconds_ = 0;                         // of the candidate's run
  bool timed_round_ = false;             // that run is the one on all of what was timed
  std::optional<Predicted> whole_;       // and what it comes to
  std::set<uint64_t> reference_stores_;  // where the regions begin that its kernels have stored to
};

// Both sides take the same turns, so that a program against itself takes the same time.
Result<SimBench::Predicted, Failure> SimBench::predict(Runnable& program, const Trial& trial,
                                                       const Turns& turns) {
  if (auto failure = program.executor->reset_module())
    return *failure;  // both sides begin with the file's own values
  const execute::Values inputs = map_tensors(trial.inputs, copy_of);
  sim::RunOptions options = in_turns(turns);
  options.max_lane_instructions = kSampleInstructions;
  options.deadline = in_seconds(60);
  device_.set_options(options);
  device_.set_budget(0);
  device_.take_launches();
  memory_.set_poison(poison(kTimedRound));  // fresh memory must not tell which run it is
  double operators = 0;
  program.executor->observe({{}, [&](const std::string& name, const auto& in, const auto& out) {
                               operators += operator_seconds(device_.gpu(), name, in, out);
                             }});
  at::manual_seed(trial.seed);
  auto outputs = program.executor->forward(inputs);
  program.executor->observe({});
  if (!outputs.ok()) return outputs.error();
  // A sample leaves tickets half drawn.
  if (auto failure = program.executor->reset_module()) return *failure;
  return summed(device_.take_launches(), operators);
}

SimBench::Predicted SimBench::summed(const std::vector<execute::SimLaunch>& launches,
                                     double operators) const {
  Predicted predicted;
  double longest = 0, kernels = 0;
  const uint64_t live = memory_.live_bytes();
  for (const execute::SimLaunch& launch : launches) {
    const double factor = double(launch.result.blocks_total) /
                          double(std::max<uint64_t>(1, launch.result.blocks_run));
    sim::Counts counts = launch.result.counts.scaled(factor);
    // Blocks share what they read: no launch can touch more distinct bytes than there are.
    counts.unique_load_sectors = std::min(counts.unique_load_sectors, live / 32 + 1);
    counts.unique_store_sectors = std::min(counts.unique_store_sectors, live / 32 + 1);
    const sim::Prediction one =
        sim::predict(device_.gpu(), counts, launch.shape.grid, launch.shape.block,
                     {launch.result.registers, launch.shared_bytes}, launch.result.longest);
    predicted.warp_instructions += counts.warp_instructions;
    predicted.lane_instructions += counts.lane_instructions;
    kernels += one.seconds;
    if (one.seconds > longest) longest = one.seconds, predicted.bound = one.bound;
  }
  predicted.own_nanoseconds = kernels * 1e9;
  predicted.nanoseconds = (kernels + operators) * 1e9;
  if (operators > kernels) predicted.bound = "ATen operators";
  return predicted;
}

Result<Measurement, Failure> SimBench::measure(Runnable& reference, Runnable& candidate,
                                               std::span<const Trial* const> trials,
                                               const Timing& timing) {
  const Trial& trial = *trials.front();
  const Turns sample{kSampledBlocks, ~timing.seed};  // not what the inputs are drawn from
  auto before = predict(reference, trial, sample);
  if (!before.ok()) return before.error();
  auto after = predict(candidate, trial, sample);
  if (!after.ok()) return after.error();
  if (cannot_be(trial, *before, *after, candidate)) {
    // The sample may have missed the few blocks that store; all of them tell.
    const Turns all = all_turns(trial.round, trial.seed);
    after = predict(candidate, trial, all);
    if (!after.ok()) return after.error();
    if (auto failure = cannot_be(trial, *before, *after, candidate)) return std::move(*failure);
    if (auto whole = predict(reference, trial, all); whole.ok()) before = std::move(whole);
  }
  reference_warps_ = before->warp_instructions;
  candidate_warps_ = after->warp_instructions;
  // What the candidate may do, when it runs whole, is measured by this.
  reference_work_ = std::max(reference_work_, after->lane_instructions);
  if (after->nanoseconds <= 0)
    return Failure{"no_device_work", "the program does nothing on the device", {1, 1}};
  if (before->nanoseconds <= 0)
    return Failure{"no_device_work", "the reference does nothing on the device", {1, 1}};
  Measurement measurement =
      measured(measure::compare_predicted(before->nanoseconds, after->nanoseconds, kIndifference));
  measurement.predicted = true;
  measurement.device = name();
  measurement.clock = "roofline prediction";
  if (timing.energy) measurement.energy_missing = "the simulator predicts times, no energy";
  const sim::GpuSpec& gpu = device_.gpu();
  measurement.floor_ns = floor_ns(trial, gpu.dram_bytes_per_s,
                                  2 * gpu.fp32_lanes_per_clock * gpu.sms * gpu.sm_clock_hz);
  measurement.own_kernel_share = after->own_nanoseconds / after->nanoseconds;
  measurement.bound = after->bound;
  whole_.reset();
  return measurement;
}

// Blocks need not be alike, and a program can tell a sample from the whole by what earlier kernels
// have left undone. Then both sides are told by all their blocks.
void SimBench::correct(Measurement& measurement, Runnable& reference, const Trial& trial) {
  if (!whole_ || measurement.candidate_ns.empty()) return;
  const double told = measurement.candidate_ns.front(), whole = whole_->nanoseconds;
  if (std::abs(whole - told) <= kSampleError * told || whole <= 0) return;
  const auto before = predict(reference, trial, all_turns(trial.round, trial.seed));
  if (!before.ok() || before->nanoseconds <= 0) return;
  const measure::Comparison again =
      measure::compare_predicted(before->nanoseconds, whole, kIndifference);
  measurement.speedup = again.speedup;
  measurement.decision = again.decision;
  measurement.reason = again.reason;
  measurement.reference_ns = again.samples.reference_ns;
  measurement.candidate_ns = again.samples.candidate_ns;
  measurement.own_kernel_share = whole_->own_nanoseconds / whole;
  measurement.bound = whole_->bound;
}

}  // namespace

std::unique_ptr<Bench> make_sim_bench(const BenchOptions& options) {
  return std::make_unique<SimBench>(options);
}

}  // namespace cudal1::evaluate
