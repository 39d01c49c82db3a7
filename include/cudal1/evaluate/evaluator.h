// The seam between whoever proposes candidates and whatever judges them.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "cudal1/evaluate/evaluation.h"

namespace cudal1::evaluate {

class Evaluator {
 public:
  virtual ~Evaluator() = default;
  // Evaluates all, in parallel where there are slots; `done` is called on the caller's thread after
  // each, in order of completion. Candidates not begun when `stop` is requested are left out. One
  // result per finished candidate.
  virtual std::vector<Evaluation> evaluate(const Task& task, std::span<const Candidate> candidates,
                                           const std::function<void(const Evaluation&)>& done,
                                           std::stop_token stop) = 0;
  // The same in a worker process that has run nothing before, with new seeds: for winners.
  virtual Evaluation confirm(const Task& task, const Candidate& candidate) = 0;
  // "NVIDIA H200" or "sim: NVIDIA H200 (predicted)".
  virtual std::string device() const = 0;
};

// Verdicts looked up by candidate id: the whole search is testable without device or worker.
class ScriptedEvaluator : public Evaluator {
 public:
  using Script = std::function<Evaluation(const Task&, const Candidate&)>;
  explicit ScriptedEvaluator(Script script);
  std::vector<Evaluation> evaluate(const Task& task, std::span<const Candidate> candidates,
                                   const std::function<void(const Evaluation&)>& done,
                                   std::stop_token stop) override;
  Evaluation confirm(const Task& task, const Candidate& candidate) override;
  std::string device() const override;

 private:
  Script script_;
};

struct WorkerOptions {
  EvaluationOptions evaluation;
  int slots = 0;                        // 0: one on a GPU, half the cores on the sim
  int compile_workers = 0;              // 0: see gpu/compile_pool.h
  std::filesystem::path log_directory;  // one log per worker; empty: no logs kept
};
std::unique_ptr<Evaluator> make_worker_evaluator(const WorkerOptions& options);

// Body of `cudal1 worker --scout`: reads candidates ahead of their evaluation until the child
// channel closes. Returns the exit code.
int scout_worker_main();

}  // namespace cudal1::evaluate
