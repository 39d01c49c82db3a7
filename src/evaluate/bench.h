// A worker's bench: the device, and what only that device can do for the judge. The sim's and the
// GPU's are picked once, when the worker opens.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compare.h"
#include "cudal1/evaluate/evaluation.h"
#include "cudal1/execute/executor.h"

namespace cudal1::evaluate {

using Failure = execute::HostFailure;

// A program that is ready to run.
struct Runnable {
  program::Program program;
  std::unique_ptr<execute::Executor> executor;
};

// One set of inputs and what the reference made of them.
struct Trial {
  std::string function;  // "inputs_odd"
  uint64_t seed = 0;
  uint32_t round = 0;    // of the fresh random ones
  std::string contents;  // a family's name, where the inputs are not as the function drew them
  std::optional<size_t> after;     // the trial, of all, that has to run right before this one
  execute::Values inputs;          // pristine
  std::vector<Expected> expected;  // on the host
  std::vector<size_t> mutated;  // input tensors that the reference changes: they count as outputs
  std::vector<size_t> stored;   // input tensors that it stores to, changed or not
  double flops = 0;    // of the reference's operators that multiply matrices or convolve, in float
  double seconds = 0;  // that the reference took, from call to synchronisation
};

// Of a trial of what is timed, run once it has been timed: outputs count; faults were looked for
// before, on other inputs.
constexpr uint32_t kTimedRound = 1000;

struct Timing {
  measure::StopRule stop_rule;
  uint64_t seed = 0;
  bool thorough = false;  // also wall time, graph replay and the noise floor
  bool itself = false;    // the candidate is the reference
  bool energy = false;    // also energy, where it is thorough
};

// What fresh memory holds while a candidate runs: a pattern that shows what was not written, or
// nothing that could be told from results of others.
enum class Fresh { kPoisoned, kOrdinary };

// Of one run of the candidate.
struct Conditions {
  uint32_t round = 0;  // varies what a race would show under
  uint64_t seed = 0;
  double limit_seconds = 0;
  Fresh fresh = Fresh::kPoisoned;
};

class Bench {
 public:
  virtual ~Bench() = default;
  virtual execute::Device& device() = 0;
  virtual std::string name() const = 0;  // "NVIDIA H200", "sim: NVIDIA H200"

  // Which input functions trial number `trial` uses, of those that the task has.
  virtual std::vector<std::string> trial_functions(const std::vector<std::string>& functions,
                                                   uint32_t trial) const = 0;

  virtual void before_reference() = 0;
  // What the reference costs on these inputs is the measure of the candidate's limits.
  virtual void after_reference() = 0;
  // The byte that fresh memory holds: while the reference runs (negative: any), and in round number
  // `round` of the candidate. They differ, so that what neither writes is never equal by chance.
  virtual int reference_poison() const = 0;
  int poison(uint32_t round) const { return round % 2 == 0 ? 0x5a : 0xff; }
  // Fresh memory is filled and guarded from here on.
  virtual void before_candidate(const Conditions& conditions) = 0;
  // The candidate's own copies of the trial's inputs: where stores can be seen, those that the
  // reference never stores to must not be stored to, not even what is there already.
  virtual void protect(const Trial&, const execute::Values& inputs) { (void)inputs; }
  // Whether kernels have stored to the tensor's memory since before_reference(), as far as the
  // device can tell.
  virtual bool stored_to(const at::Tensor&) const { return false; }
  // The candidate's call has run an ATen operator.
  virtual void operator_ran(const std::string& name, const std::vector<at::Tensor>& in,
                            const std::vector<at::Tensor>& out) {
    (void)name, (void)in, (void)out;
  }
  // Everything queued has run; a fault that shows only now is returned.
  virtual std::optional<execute::DeviceFault> after_candidate() = 0;
  // Seconds that one run of the candidate may take, given `options`.
  virtual double candidate_limit(const EvaluationOptions& options) const = 0;
  // Whether programs take here what they take on their GPU, so that one can be told to be hopeless.
  virtual bool in_real_time() const = 0;

  // Tensors to and from where programs on this device expect theirs.
  virtual at::Tensor to_device(const at::Tensor& host) const = 0;
  virtual at::Tensor to_host(const at::Tensor& tensor) const = 0;
  Expected to_device(const Expected& host) const {
    Expected there = host;
    for (at::Tensor* tensor : {&there.value, &there.exact, &there.scale, &there.steady})
      if (tensor->defined()) *tensor = to_device(*tensor);
    if (there.truth && there.truth->defined())
      there.truth = std::make_shared<at::Tensor>(to_device(*there.truth));
    return there;
  }

  // Times the candidate against the reference on `trials`, at least one, of one input function and
  // with other contents each. The failure is the candidate's.
  virtual Result<Measurement, Failure> measure(Runnable& reference, Runnable& candidate,
                                               std::span<const Trial* const> trials,
                                               const Timing& timing) = 0;
  // Whether the candidate measured last can bear a run on all of what it was timed on, where timing
  // did not verify it.
  virtual bool bears_timed_round(bool thorough) const { return (void)thorough, false; }
  // After that run: the time is told of it, where what was measured was no fair part. `trial` is
  // what was timed.
  virtual void correct(Measurement&, Runnable& reference, const Trial& trial) {
    (void)reference, (void)trial;
  }
};

struct BenchOptions {
  std::string gpu_spec;
  int threads = 1;
};
std::unique_ptr<Bench> make_sim_bench(const BenchOptions& options);
std::unique_ptr<Bench> make_cuda_bench(const BenchOptions& options);

// ---- values.cpp ----
// Every tensor in `values` replaced by what `change` makes of it.
execute::Values map_tensors(const execute::Values& values,
                            const std::function<at::Tensor(const at::Tensor&)>& change);
std::vector<at::Tensor> tensors_of(const execute::Values& values);
int64_t elements_of(const execute::Values& values);  // of all its tensors
// [elements, bytes per element]
at::Tensor bytes_of(const at::Tensor& tensor);
// With the same strides and what lies between the elements: clone() would pack a slice.
at::Tensor copy_of(const at::Tensor& tensor);
bool same_bytes(const at::Tensor& a, const at::Tensor& b);
// True when `tensor` lies in the memory of one of the others: it is a view, or that tensor itself.
bool shares_memory(const at::Tensor& tensor, const std::vector<at::Tensor>& others);
// True when some byte lies between the first and the last of both.
bool overlaps(const at::Tensor& a, const at::Tensor& b);

}  // namespace cudal1::evaluate
