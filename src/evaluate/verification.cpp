#include "verification.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>

#include "blame.h"
#include "compare.h"
#include "cudal1/core/elapsed.h"
#include "cudal1/core/rng.h"
#include "demangle.h"
#include "disturbance.h"
#include "oracle.h"

namespace cudal1::evaluate {
namespace {

using Clock = std::chrono::steady_clock;
using execute::ChangedVariable;
using execute::Values;

constexpr double kHostLimit = 10;               // of host code alone, seconds
constexpr int kLeastRepeats = 2, kRepeats = 8;  // of the quickest trial …
constexpr double kRepeatSeconds = 0.25;         // … more than the least only before this
constexpr size_t kLeastStates = 12;             // of what else could be left behind …
constexpr double kDisturbSeconds = 1;           // … more only before this
constexpr double kHopelessSeconds = 0.25;       // of a call: who takes longer than this …
constexpr double kHopelessFactor = 100;         // … and so many times what the reference takes

std::string name_of(const Trial& trial) {
  return trial.function + "()" + (trial.contents.empty() ? "" : ", " + trial.contents);
}

std::string count_of(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

// "argument 2" when `output` is the very memory of that input; "" when it is of none.
std::string argument_of(const at::Tensor& output, const std::vector<at::Tensor>& inputs) {
  for (size_t i = 0; i < inputs.size(); ++i)
    if (output.defined() && output.has_storage() && output.numel() > 0 && inputs[i].defined() &&
        output.data_ptr() == inputs[i].data_ptr())
      return "argument " + std::to_string(i + 1);
  return "";
}

// The name of a variable that the two do not agree on.
std::string differing(const std::vector<ChangedVariable>& a,
                      const std::vector<ChangedVariable>& b) {
  for (const ChangedVariable& variable : a)
    if (std::find(b.begin(), b.end(), variable) == b.end()) return demangled_name(variable.symbol);
  return b.empty() ? "" : demangled_name(b.front().symbol);
}

std::string text_of(at::IntArrayRef numbers) {
  std::string text;
  for (const int64_t number : numbers) text += (text.empty() ? "[" : ", ") + std::to_string(number);
  return text.empty() ? "[]" : text + "]";
}

// Dense row-major is always taken: that is what everybody can read.
bool same_layout(const at::Tensor& output, const std::vector<int64_t>& strides) {
  if (output.is_contiguous() || output.numel() == 0) return true;
  for (int64_t d = 0; d < output.dim(); ++d)
    if (output.size(d) > 1 && output.stride(d) != strides[size_t(d)]) return false;
  return true;
}

}  // namespace

std::optional<Mismatch> Verification::mismatch_of(const Call& call, size_t i,
                                                  const at::Tensor& got) {
  const Trial& trial = call.trial;
  const int poison = call.fresh == Fresh::kPoisoned ? bench_.poison(trial.round) : -1;
  const auto found = compare(got, bench_.to_device(trial.expected[i]), poison);
  if (!found || found->other_kind) return found;
  link_.phase({"the reference in double precision on " + call.name, kSetupLimit, 0});
  if (!find_truth(trial, i, got, reference_, bench_)) return found;
  return compare(got, bench_.to_device(trial.expected[i]), poison);
}

std::optional<Verdict> Verification::compare_outputs(const Call& call,
                                                     const std::vector<at::Tensor>& outputs,
                                                     const Values& inputs) {
  const Trial& trial = call.trial;
  std::vector<at::Tensor> got = outputs;
  const auto now = tensors_of(inputs), pristine = tensors_of(trial.inputs);
  // Where values are wrong, what ran last is to blame; where the kind is wrong, what is returned.
  const int ran = candidate_.executor->position().line, returns = return_pos(candidate_).line;
  const std::string on = "on " + call.name + ": ";
  size_t next_mutated = 0;
  for (size_t i = 0; i < now.size(); ++i) {
    if (next_mutated < trial.mutated.size() && trial.mutated[next_mutated] == i) {
      got.push_back(now[i]);
      ++next_mutated;
    } else if (!same_bytes(now[i], pristine[i])) {
      return Rejected{
          "input_mutation",
          on + "argument " + std::to_string(i + 1) + " is changed, the reference leaves it alone",
          ran};
    }
  }
  if (got.size() != trial.expected.size())
    return WrongOutput{
        on + count_of(got.size(), "output") + ", expected " + std::to_string(trial.expected.size()),
        returns, trial.function, 0, 0};
  for (size_t i = 0; i < got.size(); ++i) {
    const auto mismatch = mismatch_of(call, i, got[i]);
    if (!mismatch) continue;
    const std::string which = got.size() > 1 ? "output " + std::to_string(i + 1) + ": " : "";
    const std::string argument = i < outputs.size() ? argument_of(got[i], now) : "";
    const bool wrong_kind = mismatch->other_kind || !argument.empty();
    return WrongOutput{on + which + mismatch->message +
                           (argument.empty() ? "" : "; it is " + argument + " itself"),
                       wrong_kind ? returns : ran, trial.function, mismatch->count,
                       mismatch->worst_error};
  }
  for (size_t i = 0; i < outputs.size(); ++i)
    if (auto rejected = look_at_memory(call, outputs, i, now)) return std::move(*rejected);
  return std::nullopt;
}

// Whoever goes on with a result may write to it, or read its memory as it lies.
std::optional<Rejected> Verification::look_at_memory(const Call& call,
                                                     const std::vector<at::Tensor>& outputs,
                                                     size_t i,
                                                     const std::vector<at::Tensor>& inputs) const {
  const Expected& expected = call.trial.expected[i];
  const int line = return_pos(candidate_).line;
  const std::string which = "on " + call.name + ": output " + std::to_string(i + 1);
  if (!expected.may_share && shares_memory(outputs[i], inputs))
    return Rejected{"aliased_output",
                    which + " lies in the memory of an argument, the reference's in its own", line};
  for (size_t j = 0; j < i; ++j)
    if (!std::ranges::count(expected.shares_with, j) && overlaps(outputs[i], outputs[j]))
      return Rejected{"aliased_output",
                      which + " lies in the memory of output " + std::to_string(j + 1) +
                          ", the reference's in its own",
                      line};
  if (!expected.strides.empty() && !same_layout(outputs[i], expected.strides))
    return Rejected{"output_layout",
                    which + " has strides " + text_of(outputs[i].strides()) +
                        ": it is neither dense in the order of its dimensions nor laid out as the "
                        "reference's, with strides " +
                        text_of(expected.strides),
                    line};
  return std::nullopt;
}

std::optional<Verdict> Verification::verify(const Call& call) {
  const Trial& trial = call.trial;
  const double limit = bench_.candidate_limit(request_.options);
  const auto line = [this] { return candidate_.executor->position().line; };
  // Less than the phase has: who is stopped from outside cannot say where it was.
  candidate_.executor->set_host_limit(std::min(kHostLimit, limit * 0.75));
  link_.phase({"the candidate on " + call.name, limit, line()});
  at::manual_seed(trial.seed);
  bench_.before_candidate({trial.round, trial.seed, limit, call.fresh});
  // Should the device hang, the launch that was queued last is to blame.
  candidate_.executor->observe(
      {[&](const std::string& kernel, const execute::LaunchShape&) {
         link_.phase({"kernel " + kernel + " on " + call.name, limit, line(), /*within=*/true});
       },
       [this](const std::string& name, const auto& in, const auto& out) {
         bench_.operator_ran(name, in, out);
       }});
  const Values inputs = map_tensors(trial.inputs, copy_of);
  bench_.protect(trial, inputs);
  const auto begin = Clock::now();
  auto outputs = candidate_.executor->forward(inputs);
  const auto late = bench_.after_candidate();
  call_seconds_ = seconds_since(begin);
  candidate_.executor->observe({});
  if (!outputs.ok()) return verdict_of(outputs.error());
  if (late)
    return verdict_of(
        Failure{late->rule, late->message, {late->line > 0 ? late->line : line(), 0}, late->lost});
  link_.phase({"comparing " + call.name, kSetupLimit, 0});
  return compare_outputs(call, *outputs, inputs);
}

// A program may be right a few times only, or only where it sees that somebody looks.
std::optional<Verdict> Verification::again(const Trial& trial) {
  const auto begin = Clock::now();
  for (int call = 0; call < kRepeats; ++call) {
    if (call >= kLeastRepeats && seconds_since(begin) > kRepeatSeconds) break;
    const Fresh fresh = call % 2 == 0 ? Fresh::kOrdinary : Fresh::kPoisoned;
    if (auto failed = verify({trial, name_of(trial) + ", called again", fresh})) return failed;
  }
  return std::nullopt;
}

// Where two calls from the file's own values leave the same behind, chance has no part in it; if
// one that follows leaves something else, with the same inputs, it knows that it is not the first.
// No disturbance finds a count that is kept so that other bits are recognised.
std::optional<Verdict> Verification::remembers(const Trial& trial) {
  std::vector<std::vector<ChangedVariable>> after;
  for (int call = 0; call < 3; ++call) {
    if (call < 2)
      if (const auto failure = candidate_.executor->reset_module()) return verdict_of(*failure);
    if (auto failed = verify({trial, name_of(trial) + ", called again"})) return failed;
    auto left = candidate_.executor->changed_variables();
    if (!left.ok()) return verdict_of(left.error());
    after.push_back(std::move(left.value()));
  }
  if (after[0] != after[1] || after[1] == after[2]) return std::nullopt;
  return Rejected{"module_state",
                  "on " + name_of(trial) +
                      ": the second call with the same inputs leaves something else in " +
                      differing(after[2], after[1]) + " than the first: it keeps count of calls",
                  candidate_.executor->position().line};
}

// Module variables outlive a call. What one leaves there must not matter to the next, or the
// program is right only as often as it was looked at: variables are to be put back, or written
// before they are read.
std::optional<Verdict> Verification::disturbed(const Trial& trial) {
  const auto left = candidate_.executor->changed_variables();
  if (!left.ok()) return verdict_of(left.error());
  if (left->empty()) return std::nullopt;
  if (auto failed = remembers(trial)) return failed;
  const std::vector<LeftBehind> states = other_states(*left, trial.seed);
  const auto begin = Clock::now();
  for (size_t i = 0; i < states.size(); ++i) {
    if (i >= kLeastStates && seconds_since(begin) > kDisturbSeconds) break;
    if (auto failed = verify_after(*left, states[i], trial)) return failed;
  }
  const auto failure = candidate_.executor->reset_module();
  return failure ? std::optional(verdict_of(*failure)) : std::nullopt;
}

std::optional<Verdict> Verification::verify_after(const std::vector<ChangedVariable>& left,
                                                  const LeftBehind& other, const Trial& trial) {
  for (const ChangedVariable& variable : left)
    if (const auto failure = candidate_.executor->set_variable(variable.symbol, variable.now))
      return verdict_of(*failure);
  for (const auto& [symbol, bytes] : other.contents)
    if (const auto failure = candidate_.executor->set_variable(symbol, bytes))
      return verdict_of(*failure);
  auto failed = verify({trial, name_of(trial) + ", with other bits left in " + other.name});
  const auto* wrong = failed ? std::get_if<WrongOutput>(&*failed) : nullptr;
  if (!wrong) return failed;
  return Rejected{"module_state",
                  "the result depends on what an earlier call left in " + other.name +
                      ", which a call neither puts "
                      "back nor writes before it reads it: " +
                      wrong->message,
                  wrong->line};
}

// Later rounds look for more kinds of faults: one that they find says why the outputs are wrong.
Verdict Verification::explained(Trial trial, Verdict verdict) {
  if (trial.round > 0 || !std::holds_alternative<WrongOutput>(verdict)) return verdict;
  trial.round = 1;
  auto again = verify({trial, name_of(trial)});
  return again && std::holds_alternative<RuntimeFailed>(*again) ? std::move(*again) : verdict;
}

std::optional<Verdict> Verification::once(const Trial& trial) {
  return verify({trial, name_of(trial)});
}

// What the reference stores to with other contents is not known yet: a store that it seems not to
// make proves nothing.
std::optional<Verdict> Verification::at_once(const Trial& first) {
  auto failed = verify({first, name_of(first)});
  if (failed && std::holds_alternative<Rejected>(*failed)) return std::nullopt;
  if (failed) return explained(first, std::move(*failed));
  first_seconds_ = call_seconds_;
  return std::nullopt;
}

// Nobody wants to know how slow exactly, and to find out takes dozens of calls. A first call may
// have had libraries to load, so it is asked again.
std::optional<Verdict> Verification::hopeless(const std::vector<Trial>& trials) {
  if (!bench_.in_real_time() || !first_seconds_ || *first_seconds_ < kHopelessSeconds)
    return std::nullopt;
  const Trial& first = trials.front();
  double reference = first.seconds;
  for (const Trial& trial : trials)
    if (trial.function == first.function) reference = std::min(reference, trial.seconds);
  const double limit = std::max(kHopelessSeconds, kHopelessFactor * reference);
  if (*first_seconds_ < limit) return std::nullopt;
  if (auto failed = verify({first, name_of(first) + ", called again"})) return failed;
  if (call_seconds_ < limit) return std::nullopt;
  return TimedOut{"on " + name_of(first) + ": right, but a call takes " +
                      std::to_string(int(1000 * call_seconds_)) + " ms, more than " +
                      std::to_string(int(kHopelessFactor)) + " times what the reference takes",
                  candidate_.executor->position().line, limit};
}

std::optional<Verdict> Verification::run(const std::vector<Trial>& trials) {
  if (auto failed = hopeless(trials)) return failed;
  const auto others = std::find_if(trials.begin(), trials.end(),
                                   [](const Trial& trial) { return !trial.contents.empty(); });
  const Trial* quickest = nullptr;
  double least = 0;
  for (auto trial = trials.begin(); trial != others; ++trial) {
    const bool passed = trial == trials.begin() && first_seconds_;
    if (auto failed = passed ? std::nullopt : verify({*trial, name_of(*trial)}))
      return explained(*trial, std::move(*failed));
    const double took = passed ? *first_seconds_ : call_seconds_;
    if (!quickest || took < least) quickest = &*trial, least = took;
  }
  if (quickest) {
    if (auto failed = again(*quickest)) return failed;
    if (auto failed = disturbed(*quickest)) return failed;
  }
  for (auto trial = others; trial != trials.end(); ++trial) {
    // Who knows inputs by a few of their elements has to have met those that these were made from.
    if (trial->after) {
      const Trial& before = trials[*trial->after];
      if (auto failed = verify({before, name_of(before) + ", called again"})) return failed;
    }
    if (auto failed = verify({*trial, name_of(*trial)}))
      return explained(*trial, std::move(*failed));
  }
  return std::nullopt;
}

}  // namespace cudal1::evaluate
