#include "cudal1/evaluate/evaluator.h"

namespace cudal1::evaluate {

ScriptedEvaluator::ScriptedEvaluator(Script script) : script_(std::move(script)) {}

std::vector<Evaluation> ScriptedEvaluator::evaluate(
    const Task& task, std::span<const Candidate> candidates,
    const std::function<void(const Evaluation&)>& done, std::stop_token stop) {
  std::vector<Evaluation> finished;
  for (const Candidate& candidate : candidates) {
    if (stop.stop_requested()) break;
    Evaluation evaluation = script_(task, candidate);
    evaluation.task_id = task.id();
    evaluation.candidate_id = candidate.id();
    if (done) done(evaluation);
    finished.push_back(std::move(evaluation));
  }
  return finished;
}

Evaluation ScriptedEvaluator::confirm(const Task& task, const Candidate& candidate) {
  Evaluation evaluation = script_(task, candidate);
  evaluation.task_id = task.id();
  evaluation.candidate_id = candidate.id();
  return evaluation;
}

std::string ScriptedEvaluator::device() const { return "scripted"; }

}  // namespace cudal1::evaluate
