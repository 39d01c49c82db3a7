#include "cudal1/search/search.h"

#include "confirm.h"
#include "trials.h"

namespace cudal1::search {

Outcome search(const evaluate::Task& task, evaluate::Evaluator& evaluator, Proposer& proposer,
               const SearchOptions& options) {
  Trials trials(task, evaluator, options);
  const Trial& original = trials.evaluate_original();
  proposer.observe(original.candidate, original.evaluation);
  bool exhausted = false;
  while (const size_t room = trials.room()) {
    const std::vector<evaluate::Candidate> batch = proposer.propose(room);
    exhausted = batch.empty();
    if (exhausted) break;
    for (const Trial* trial : trials.evaluate(batch))
      proposer.observe(trial->candidate, trial->evaluation);
  }
  Outcome outcome{trials.state(), exhausted ? "space exhausted" : trials.stopped_by()};
  confirm_best(task, evaluator, options, outcome);
  return outcome;
}

}  // namespace cudal1::search
