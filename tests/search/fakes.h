// A search without device, worker or weights: scripted verdicts, listed candidates.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cudal1/core/rng.h"
#include "cudal1/search/search.h"

namespace cudal1::search {

inline evaluate::Task some_task() { return {.path = "kernel.cu", .source = "original source"}; }

inline evaluate::Candidate numbered(int number) {
  return {.source = "original source",
          .tune = {{"N", std::to_string(number)}},
          .origin = "tuner",
          .summary = "N=" + std::to_string(number)};
}

inline int number_of(const evaluate::Candidate& candidate) {
  const auto it = candidate.tune.find("N");
  return it == candidate.tune.end() ? 0 : std::stoi(it->second);
}

inline evaluate::Evaluation passed_with(double median, double half_width = 0.002) {
  evaluate::Measurement measurement;
  measurement.speedup = {median, median - half_width, median + half_width};
  measurement.decision = measure::decide(measurement.speedup, 0.005);
  return {.verdict = evaluate::Passed{measurement}};
}

inline evaluate::Evaluation failed(const std::string& message = "wrong") {
  return {.verdict = evaluate::WrongOutput{.message = message, .line = 7}};
}

// Proposes candidates 1 … count in order and remembers what it was told.
class ListProposer : public Proposer {
 public:
  explicit ListProposer(int count) : count_(count) {}
  std::vector<evaluate::Candidate> propose(size_t count) override {
    batches.push_back(count);
    std::vector<evaluate::Candidate> batch;
    while (batch.size() < count && next_ <= count_) batch.push_back(numbered(next_++));
    return batch;
  }
  void observe(const evaluate::Candidate& candidate, const evaluate::Evaluation&) override {
    observed.push_back(number_of(candidate));
  }
  size_t space() const override { return static_cast<size_t>(count_); }

  std::vector<size_t> batches;
  std::vector<int> observed;

 private:
  int count_;
  int next_ = 1;
};

// Scripted by candidate number; knows whether it is asked to confirm.
class FakeEvaluator : public evaluate::Evaluator {
 public:
  using Script = std::function<evaluate::Evaluation(int number, bool confirming)>;
  explicit FakeEvaluator(Script script)
      : scripted_([this, script = std::move(script)](const evaluate::Task&,
                                                     const evaluate::Candidate& candidate) {
          const int number = number_of(candidate);
          (confirming_ ? confirmed : evaluated).push_back(number);
          return script(number, confirming_);
        }) {}
  std::vector<evaluate::Evaluation> evaluate(
      const evaluate::Task& task, std::span<const evaluate::Candidate> candidates,
      const std::function<void(const evaluate::Evaluation&)>& done, std::stop_token stop) override {
    return scripted_.evaluate(task, candidates, done, stop);
  }
  evaluate::Evaluation confirm(const evaluate::Task& task,
                               const evaluate::Candidate& candidate) override {
    confirming_ = true;
    auto evaluation = scripted_.confirm(task, candidate);
    confirming_ = false;
    return evaluation;
  }
  std::string device() const override { return scripted_.device(); }

  std::vector<int> evaluated, confirmed;  // candidate numbers; the original is 0

 private:
  evaluate::ScriptedEvaluator scripted_;
  bool confirming_ = false;
};

// An empty folder of its own, gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::temp_directory_path() /
              ("cudal1-search-test-" + std::to_string(secret_seed()))) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace cudal1::search
