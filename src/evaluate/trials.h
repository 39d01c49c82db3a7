// Makes the trials of an evaluation: inputs that the candidate has never seen, and what the
// reference makes of them.
#pragma once

#include "families.h"
#include "judge.h"

namespace cudal1::evaluate {

struct TrialMaker {
  Bench& bench;
  const EvaluateRequest& request;
  const Link& link;
  Runnable& reference;
  Runnable& inputs_program;  // the reference, unless it has no inputs of its own
  bool alone;                // the candidate is the reference: faults in it are the candidate's

  // Fresh random rounds of the task's input functions, and one of them with the contents of every
  // family (families.h) that the reference has finite results for. The first is shown as soon as it
  // is made; where it does not go on from there, the others are not made. Throws ReferenceBroken.
  std::vector<Trial> all(const std::function<bool(const Trial& first)>& goes_on);
  Trial draw(const std::string& function, uint64_t seed);

 private:
  Trial run(const std::string& function, uint64_t seed, execute::Values inputs);
  void add_families(std::vector<Trial>& trials, uint64_t seed);
  std::optional<Trial> of_family(const Trial& base, Family family, uint64_t seed);
  void note_mutations(Trial& trial, const execute::Values& inputs);
  static void share_stored(std::vector<Trial>& trials);
};

}  // namespace cudal1::evaluate
