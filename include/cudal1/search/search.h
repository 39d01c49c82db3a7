// The search: propose, evaluate, journal, stop?, confirm the best in a fresh process.
#pragma once

#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "cudal1/evaluate/evaluator.h"
#include "cudal1/search/journal.h"
#include "cudal1/search/proposer.h"

namespace cudal1::search {

struct Trial {
  evaluate::Candidate candidate;
  evaluate::Evaluation evaluation;
  bool from_journal = false;  // a resumed run evaluated it before
};

struct State {
  std::vector<Trial> trials;  // in order of completion; the original is trial 0
  // Index of the trial with the highest lower bound of speedup; the original counts as exactly 1.
  size_t best = 0;
  size_t since_improvement = 0;  // trials
  std::chrono::steady_clock::duration elapsed{};
};

class StopCondition {
 public:
  virtual ~StopCondition() = default;
  virtual std::string name() const = 0;  // "max-evals 200"
  virtual bool met(const State& state) const = 0;
  // How many more evaluations it allows: a batch is never larger.
  virtual size_t room(const State&) const { return std::numeric_limits<size_t>::max(); }
};
std::unique_ptr<StopCondition> stop_after_evals(size_t count);               // besides the original
std::unique_ptr<StopCondition> stop_after_time(std::chrono::seconds limit);  // "max-time 60 s"
std::unique_ptr<StopCondition> stop_without_gain(size_t trials);             // "no-gain 50"

struct SearchOptions {
  size_t batch = 8;  // candidates proposed at a time
  std::vector<std::unique_ptr<StopCondition>> stop;
  Journal* journal = nullptr;                                // may be null
  std::function<void(const State&, const Trial&)> progress;  // after each trial; may be empty
  size_t confirmations = 10;    // winners put to the test at most; one after an interruption
  std::stop_token interrupted;  // the evaluations begun are finished, the rest is left out
};

struct Outcome {
  State state;
  std::string stopped_by;  // a condition's name, "space exhausted" or "interrupted"
  // The winner after confirmation: the original (speedup 1) unless a candidate was confirmed
  // faster.
  size_t best = 0;
  // Of `best` when confirmed; else of the most promising trial, which did not hold.
  std::optional<evaluate::Evaluation> confirmation;
  bool confirmed = false;
  std::vector<size_t> passed_over;  // trials that did not hold in confirmation
};

// Trial 0 is the original against itself. Winners are confirmed best first; one that does not hold
// is passed over for the next, so the result is never slower than the original. DataError when the
// original itself does not pass. A candidate that fails ends nothing.
Outcome search(const evaluate::Task& task, evaluate::Evaluator& evaluator, Proposer& proposer,
               const SearchOptions& options);

}  // namespace cudal1::search
