#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "compile_service.h"
#include "cudal1/core/error.h"
#include "cudal1/core/log.h"
#include "cudal1/core/sandbox.h"
#include "cudal1/evaluate/device_choice.h"
#include "cudal1/evaluate/evaluator.h"
#include "scout.h"
#include "slot.h"

namespace cudal1::evaluate {
namespace {

int sim_slots() { return std::clamp(int(std::thread::hardware_concurrency()), 1, 8); }

class WorkerEvaluator final : public Evaluator {
 public:
  explicit WorkerEvaluator(const WorkerOptions& options) : compiler_(options.compile_workers) {
    if (!sandbox_wanted())
      log::warning(std::string(kSandboxVariable) +
                   "=off: the workers that compile and run candidates are not isolated");
    const DeviceChoice choice =
        choose_device(options.evaluation.device, options.evaluation.gpu_spec);
    cuda_ = choice.kind == DeviceKind::kCuda;
    architecture_ = choice.architecture;
    const int slots = options.slots > 0 ? options.slots : cuda_ ? 1 : sim_slots();
    SlotOptions slot;
    slot.evaluation = options.evaluation;
    slot.open = {choice.kind, choice.gpu_spec,
                 cuda_ ? int(std::thread::hardware_concurrency()) : 1};
    for (int i = 0; i < slots; ++i) {
      if (!options.log_directory.empty())
        slot.log = options.log_directory / ("worker-" + std::to_string(i) + ".log");
      slots_.push_back(std::make_unique<Slot>(slot, compiler_));
    }
    // The slot for confirmations is nobody else's, so that its process is a fresh one each time.
    if (!options.log_directory.empty()) slot.log = options.log_directory / "worker-confirm.log";
    slot.evaluation.stop_rule = measure::StopRule{};
    slot.evaluation.thorough = true;
    confirming_ = std::make_unique<Slot>(slot, compiler_);
  }

  std::vector<Evaluation> evaluate(const Task& task, std::span<const Candidate> candidates,
                                   const std::function<void(const Evaluation&)>& done,
                                   std::stop_token stop) override;
  Evaluation confirm(const Task& task, const Candidate& candidate) override {
    confirming_->renew();
    Evaluation evaluation = confirming_->evaluate(task, candidate);
    confirming_->renew();
    return evaluation;
  }
  std::string device() const override { return slots_.front()->device(); }

 private:
  void compile_ahead(const Task& task, const Candidate& candidate);

  CompileService compiler_;
  Scout scout_{executable_path()};
  bool cuda_ = false;
  std::string architecture_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::unique_ptr<Slot> confirming_;
};

// Compiles what the candidate will most likely ask for, so that the answer waits when it does.
void WorkerEvaluator::compile_ahead(const Task& task, const Candidate& candidate) {
  auto request = scout_.foresee(task, candidate);
  if (!request) return;
  request->arch = architecture_;
  request->kind = cuda_ ? gpu::CodeKind::kCubin : gpu::CodeKind::kPtx;
  (void)compiler_.compile(*request);  // whoever asks next meets the outcome, good or bad
}

// Results travel from the slots' threads to the caller's, in order of completion.
class Results {
 public:
  void push(Evaluation evaluation) {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(evaluation));
    changed_.notify_one();
  }
  void fail(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = error;
    changed_.notify_one();
  }
  void finish() {
    const std::lock_guard lock(mutex_);
    ++finished_;
    changed_.notify_one();
  }
  // Empty when all `threads` have finished and the queue is drained. Rethrows what ended a slot.
  std::optional<Evaluation> pop(size_t threads) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !queue_.empty() || finished_ == threads; });
    if (queue_.empty()) {
      if (error_) std::rethrow_exception(error_);
      return std::nullopt;
    }
    Evaluation first = std::move(queue_.front());
    queue_.pop_front();
    return first;
  }
  bool failed() {
    const std::lock_guard lock(mutex_);
    return error_ != nullptr;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Evaluation> queue_;
  std::exception_ptr error_;
  size_t finished_ = 0;
};

std::vector<Evaluation> WorkerEvaluator::evaluate(
    const Task& task, std::span<const Candidate> candidates,
    const std::function<void(const Evaluation&)>& done, std::stop_token stop) {
  Results results;
  std::atomic<size_t> next = 0, ahead = 0;
  const auto stopped = [&] { return stop.stop_requested() || results.failed(); };
  const size_t threads = std::min(slots_.size(), std::max<size_t>(1, candidates.size()));
  std::vector<std::jthread> running;
  for (size_t i = 0; i < threads; ++i)
    running.emplace_back([&, slot = slots_[i].get()] {
      for (size_t mine = next++; mine < candidates.size() && !stopped(); mine = next++) {
        try {
          results.push(slot->evaluate(task, candidates[mine]));
        } catch (...) {
          results.fail(std::current_exception());
        }
      }
      results.finish();
    });
  // On a GPU one slot runs and the CPU is free: compile ahead on it.
  const size_t compilers = cuda_ && candidates.size() > 1
                               ? std::min<size_t>(8, std::thread::hardware_concurrency() / 2)
                               : 0;
  for (size_t i = 0; i < compilers; ++i)
    running.emplace_back([&] {
      for (size_t mine = ahead++; mine < candidates.size() && !stopped(); mine = ahead++) {
        try {
          compile_ahead(task, candidates[mine]);
        } catch (...) {
          // the slot will meet the same error and say so
        }
      }
    });
  std::vector<Evaluation> all;
  while (auto one = results.pop(threads)) {
    if (done) done(*one);
    all.push_back(std::move(*one));
  }
  return all;
}

}  // namespace

std::unique_ptr<Evaluator> make_worker_evaluator(const WorkerOptions& options) {
  return std::make_unique<WorkerEvaluator>(options);
}

}  // namespace cudal1::evaluate
