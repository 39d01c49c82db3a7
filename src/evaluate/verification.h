// Is a candidate right? Its outputs on every trial, what it leaves behind, and what it depends on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench.h"
#include "disturbance.h"
#include "judge.h"

namespace cudal1::evaluate {

class Verification {
 public:
  Verification(Bench& bench, const EvaluateRequest& request, const Link& link, Runnable& reference,
               Runnable& candidate)
      : bench_(bench),
        request_(request),
        link_(link),
        reference_(reference),
        candidate_(candidate) {}

  // Most candidates that fail do so on whatever comes first. Nothing is said where that may depend
  // on the other trials.
  std::optional<Verdict> at_once(const Trial& first);
  // What is wrong, in the order of what is simplest to see: the task's own inputs, the quickest of
  // them again and again, what calls leave in module variables, other contents. `trials` begin with
  // what at_once() was shown and have those of families last.
  std::optional<Verdict> run(const std::vector<Trial>& trials);
  // The outputs on this trial alone.
  std::optional<Verdict> once(const Trial& trial);

 private:
  struct Call {
    const Trial& trial;
    std::string name;  // "inputs_odd(), row-scaled"
    Fresh fresh = Fresh::kPoisoned;
  };
  std::optional<Verdict> verify(const Call& call);
  std::optional<Verdict> compare_outputs(const Call& call, const std::vector<at::Tensor>& outputs,
                                         const execute::Values& inputs);
  std::optional<Mismatch> mismatch_of(const Call& call, size_t i, const at::Tensor& got);
  std::optional<Rejected> look_at_memory(const Call& call, const std::vector<at::Tensor>& outputs,
                                         size_t i, const std::vector<at::Tensor>& inputs) const;
  Verdict explained(Trial trial, Verdict verdict);
  std::optional<Verdict> hopeless(const std::vector<Trial>& trials);
  std::optional<Verdict> again(const Trial& trial);
  std::optional<Verdict> remembers(const Trial& trial);
  std::optional<Verdict> disturbed(const Trial& trial);
  std::optional<Verdict> verify_after(const std::vector<execute::ChangedVariable>& left,
                                      const LeftBehind& other, const Trial& trial);

  Bench& bench_;
  const EvaluateRequest& request_;
  const Link& link_;
  Runnable& reference_;
  Runnable& candidate_;
  double call_seconds_ = 0;              // that the last call took, from begin to synchronisation
  std::optional<double> first_seconds_;  // that the call on the trial that has passed already took
};

}  // namespace cudal1::evaluate
