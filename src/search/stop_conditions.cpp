#include <algorithm>

#include "cudal1/search/search.h"

namespace cudal1::search {
namespace {

size_t evaluated(const State& state) { return state.trials.empty() ? 0 : state.trials.size() - 1; }

class AfterEvals : public StopCondition {
 public:
  explicit AfterEvals(size_t count) : count_(count) {}
  std::string name() const override { return "max-evals " + std::to_string(count_); }
  bool met(const State& state) const override { return room(state) == 0; }
  size_t room(const State& state) const override {
    return count_ - std::min(count_, evaluated(state));
  }

 private:
  size_t count_;
};

class AfterTime : public StopCondition {
 public:
  explicit AfterTime(std::chrono::seconds limit) : limit_(limit) {}
  std::string name() const override { return "max-time " + std::to_string(limit_.count()) + " s"; }
  bool met(const State& state) const override { return state.elapsed >= limit_; }

 private:
  std::chrono::seconds limit_;
};

class WithoutGain : public StopCondition {
 public:
  explicit WithoutGain(size_t trials) : trials_(trials) {}
  std::string name() const override { return "no-gain " + std::to_string(trials_); }
  bool met(const State& state) const override { return state.since_improvement >= trials_; }

 private:
  size_t trials_;
};

}  // namespace

std::unique_ptr<StopCondition> stop_after_evals(size_t count) {
  return std::make_unique<AfterEvals>(count);
}

std::unique_ptr<StopCondition> stop_after_time(std::chrono::seconds limit) {
  return std::make_unique<AfterTime>(limit);
}

std::unique_ptr<StopCondition> stop_without_gain(size_t trials) {
  return std::make_unique<WithoutGain>(trials);
}

}  // namespace cudal1::search
