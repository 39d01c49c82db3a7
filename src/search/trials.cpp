#include "trials.h"

#include <algorithm>

#include "cudal1/core/assert.h"
#include "cudal1/core/error.h"
#include "cudal1/core/log.h"

namespace cudal1::search {
namespace {

evaluate::Candidate original_of(const evaluate::Task& task) {
  return {.source = task.source, .tune = task.tune, .origin = "original", .summary = "original"};
}

[[noreturn]] void reject_original(const evaluate::Task& task, const evaluate::Verdict& verdict) {
  const int line = evaluate::line(verdict);
  const std::string where = line > 0 ? task.path + ":" + std::to_string(line) : task.path;
  throw DataError(where + ": the program does not pass its own evaluation (" +
                      evaluate::word(verdict) + "): " + evaluate::message(verdict),
                  "Only a program that works can be made faster. Correct it, then run "
                  "`cudal1 eval " +
                      task.path + "` to see that it passes.");
}

void warn_if_noisy(const evaluate::Evaluation& original) {
  const auto& measurement = std::get<evaluate::Passed>(original.verdict).measurement;
  if (measurement.decision != measure::Decision::kFaster &&
      measurement.decision != measure::Decision::kSlower)
    return;
  log::warning("the original compared with itself comes out " +
               std::string(measure::to_string(measurement.decision)) +
               ": this machine is noisy, small gains may be missed");
}

}  // namespace

double lower_bound(const State& state, size_t trial) {
  return trial == 0 ? 1.0 : state.trials[trial].evaluation.speedup_low();
}

Trials::Trials(const evaluate::Task& task, evaluate::Evaluator& evaluator,
               const SearchOptions& options)
    : task_(task), evaluator_(evaluator), options_(options) {}

const Trial& Trials::evaluate_original() {
  const evaluate::Candidate original = original_of(task_);
  recall(original);
  if (state_.trials.empty()) {
    // Without the interruption's token: nothing can be said before the original is known.
    const auto evaluations = evaluator_.evaluate(task_, {&original, 1}, nullptr, {});
    CUDAL1_ASSERT(evaluations.size() == 1);
    if (!evaluations[0].passed()) reject_original(task_, evaluations[0].verdict);
    warn_if_noisy(evaluations[0]);
    record(original, evaluations[0], /*from_journal=*/false);
  }
  return state_.trials[0];
}

std::vector<const Trial*> Trials::evaluate(const std::vector<evaluate::Candidate>& batch) {
  std::vector<evaluate::Candidate> fresh;
  std::map<std::string, const evaluate::Candidate*> seen;
  for (const evaluate::Candidate& candidate : batch) {
    recall(candidate);
    const std::string id = candidate.id();
    if (!index_.contains(id) && seen.emplace(id, &candidate).second) fresh.push_back(candidate);
  }
  if (!fresh.empty()) evaluate_fresh(fresh);

  std::vector<const Trial*> finished;
  for (const evaluate::Candidate& candidate : batch)
    if (const auto it = index_.find(candidate.id()); it != index_.end())
      finished.push_back(&state_.trials[it->second]);
  return finished;
}

size_t Trials::room() {
  check_stop();
  if (!stopped_by_.empty()) return 0;
  size_t room = options_.batch;
  for (const auto& condition : options_.stop) room = std::min(room, condition->room(state_));
  return room;
}

void Trials::recall(const evaluate::Candidate& candidate) {
  if (!options_.journal || index_.contains(candidate.id())) return;
  if (const auto known = options_.journal->find(task_, candidate))
    record(candidate, *known, /*from_journal=*/true);
}

void Trials::evaluate_fresh(const std::vector<evaluate::Candidate>& fresh) {
  std::map<std::string, const evaluate::Candidate*> by_id;
  for (const evaluate::Candidate& candidate : fresh) by_id[candidate.id()] = &candidate;
  std::stop_source stop;
  const std::stop_callback forward(options_.interrupted, [&] { stop.request_stop(); });
  const auto done = [&](const evaluate::Evaluation& evaluation) {
    record(*by_id.at(evaluation.candidate_id), evaluation, /*from_journal=*/false);
    check_stop();
    if (!stopped_by_.empty()) stop.request_stop();
  };
  evaluator_.evaluate(task_, fresh, done, stop.get_token());
}

void Trials::record(const evaluate::Candidate& candidate, const evaluate::Evaluation& evaluation,
                    bool from_journal) {
  if (options_.journal && !from_journal) options_.journal->add(candidate, evaluation);
  const size_t trial = state_.trials.size();
  index_.emplace(candidate.id(), trial);
  state_.trials.push_back({candidate, evaluation, from_journal});
  state_.elapsed = std::chrono::steady_clock::now() - start_;
  if (trial > 0 && lower_bound(state_, trial) > lower_bound(state_, state_.best)) {
    state_.best = trial;
    state_.since_improvement = 0;
  } else if (trial > 0) {
    ++state_.since_improvement;
  }
  if (options_.progress) options_.progress(state_, state_.trials.back());
}

void Trials::check_stop() {
  if (!stopped_by_.empty()) return;
  state_.elapsed = std::chrono::steady_clock::now() - start_;
  if (options_.interrupted.stop_requested()) {
    stopped_by_ = "interrupted";
    return;
  }
  for (const auto& condition : options_.stop)
    if (condition->met(state_)) {
      stopped_by_ = condition->name();
      return;
    }
}

}  // namespace cudal1::search
