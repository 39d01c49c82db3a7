// The book-keeping of a search: each candidate is evaluated once, recorded, journalled and told.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "cudal1/search/search.h"

namespace cudal1::search {

class Trials {
 public:
  Trials(const evaluate::Task& task, evaluate::Evaluator& evaluator, const SearchOptions& options);

  // Trial 0, against itself. DataError unless it passes.
  const Trial& evaluate_original();
  // Finished trials among the batch, in the batch's order. What the journal has, or an earlier
  // batch had, is not evaluated again. Stops early when a condition is met or on interruption.
  std::vector<const Trial*> evaluate(const std::vector<evaluate::Candidate>& batch);

  // How large the next batch may be; 0 when the search has to stop.
  size_t room();
  // Why room() is 0.
  const std::string& stopped_by() const { return stopped_by_; }
  const State& state() const { return state_; }

 private:
  void recall(const evaluate::Candidate& candidate);
  void evaluate_fresh(const std::vector<evaluate::Candidate>& fresh);
  void record(const evaluate::Candidate& candidate, const evaluate::Evaluation& evaluation,
              bool from_journal);
  void check_stop();

  const evaluate::Task& task_;
  evaluate::Evaluator& evaluator_;
  const SearchOptions& options_;
  State state_;
  std::map<std::string, size_t> index_;  // candidate id → trial
  std::string stopped_by_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// The original counts as exactly 1, whatever its comparison with itself came to.
double lower_bound(const State& state, size_t trial);

}  // namespace cudal1::search
