#include "cudal1/search/search.h"

#include <cmath>
#include <thread>

#include "cudal1/core/error.h"
#include "fakes.h"

namespace cudal1::search {
namespace {

using namespace std::chrono_literals;

template <typename... Conditions>
SearchOptions with(Conditions... conditions) {
  SearchOptions options;
  (options.stop.push_back(std::move(conditions)), ...);
  return options;
}

TEST(Search, FindsTheFastestAndConfirmsIt) {
  FakeEvaluator evaluator(
      [](int n, bool) { return passed_with(n == 0 ? 1 : 2 - std::abs(n - 13) * 0.1); });
  ListProposer proposer(20);
  const Outcome outcome = search(some_task(), evaluator, proposer, with());
  EXPECT_EQ(outcome.stopped_by, "space exhausted");
  EXPECT_TRUE(outcome.confirmed);
  EXPECT_EQ(outcome.state.trials.size(), 21u);
  EXPECT_EQ(number_of(outcome.state.trials[outcome.best].candidate), 13);
  EXPECT_EQ(outcome.best, outcome.state.best);
  EXPECT_EQ(evaluator.confirmed, std::vector<int>{13});
  ASSERT_TRUE(outcome.confirmation);
  EXPECT_EQ(outcome.confirmation->candidate_id, numbered(13).id());
  EXPECT_EQ(outcome.state.trials[0].candidate.origin, "original");
  EXPECT_EQ(proposer.observed.front(), 0);
  EXPECT_EQ(proposer.observed.size(), 21u);
}

TEST(Search, BestIsByTheLowerBoundNotTheMedian) {
  FakeEvaluator evaluator([](int n, bool) {
    if (n == 1) return passed_with(1.5, 0.4);
    if (n == 2) return passed_with(1.2, 0.01);
    return passed_with(1);
  });
  ListProposer proposer(3);
  const Outcome outcome = search(some_task(), evaluator, proposer, with());
  EXPECT_EQ(number_of(outcome.state.trials[outcome.best].candidate), 2);
}

TEST(Search, KeepsTheOriginalWhenNothingIsFaster) {
  FakeEvaluator evaluator([](int n, bool) { return passed_with(n == 0 ? 1 : 0.9); });
  ListProposer proposer(5);
  const Outcome outcome = search(some_task(), evaluator, proposer, with());
  EXPECT_FALSE(outcome.confirmed);
  EXPECT_EQ(outcome.best, 0u);
  EXPECT_EQ(outcome.state.best, 0u);
  EXPECT_FALSE(outcome.confirmation);
  EXPECT_TRUE(evaluator.confirmed.empty());
}

// The original against itself comes out a little under 1; that must not make its equals look
// better.
TEST(Search, TheOriginalCountsAsExactlyOne) {
  FakeEvaluator evaluator([](int n, bool) { return passed_with(n == 0 ? 0.98 : 0.995); });
  ListProposer proposer(3);
  EXPECT_EQ(search(some_task(), evaluator, proposer, with()).state.best, 0u);
}

TEST(Search, AFalseWinnerDoesNotSurviveConfirmation) {
  // All candidates are as fast as the original; each measurement is off by noise that its interval
  // does not admit. The largest of 200 such numbers looks like a gain, and is not confirmed.
  Rng noise(4);
  FakeEvaluator evaluator([&](int, bool confirming) {
    const double sum = noise.uniform() + noise.uniform() + noise.uniform() - 1.5;
    return passed_with(confirming ? 1 : 1 + 0.1 * sum, 0.002);
  });
  ListProposer proposer(200);
  const Outcome outcome = search(some_task(), evaluator, proposer, with());
  EXPECT_GT(outcome.state.trials[outcome.state.best].evaluation.speedup_low(), 1.05);
  EXPECT_FALSE(outcome.confirmed);
  EXPECT_EQ(outcome.best, 0u);
  EXPECT_EQ(evaluator.confirmed.size(), 10u);
  EXPECT_EQ(outcome.passed_over.size(), 10u);
  ASSERT_TRUE(outcome.confirmation);
  EXPECT_EQ(outcome.confirmation->candidate_id,
            outcome.state.trials[outcome.state.best].candidate.id());
}

TEST(Search, PassesOverWinnersThatDoNotHold) {
  FakeEvaluator evaluator([](int n, bool confirming) {
    if (n == 0) return passed_with(1);
    if (confirming && n == 5) return failed();
    if (confirming && n == 4) return passed_with(1.001);
    return passed_with(1 + n * 0.1);
  });
  ListProposer proposer(5);
  const Outcome outcome = search(some_task(), evaluator, proposer, with());
  EXPECT_EQ(evaluator.confirmed, (std::vector<int>{5, 4, 3}));
  EXPECT_TRUE(outcome.confirmed);
  EXPECT_EQ(number_of(outcome.state.trials[outcome.best].candidate), 3);
  EXPECT_EQ(outcome.confirmation->candidate_id, numbered(3).id());
  EXPECT_EQ(outcome.passed_over.size(), 2u);
}

TEST(Search, CandidatesThatFailEndNothing) {
  const std::vector<evaluate::Verdict> failures{evaluate::CompileFailed{}, evaluate::Rejected{},
                                                evaluate::RuntimeFailed{}, evaluate::TimedOut{},
                                                evaluate::WrongOutput{},   evaluate::WorkerDied{}};
  FakeEvaluator evaluator([&](int n, bool) {
    if (n == 0) return passed_with(1);
    return evaluate::Evaluation{.verdict = failures[static_cast<size_t>(n) % failures.size()]};
  });
  ListProposer proposer(30);
  const Outcome outcome = search(some_task(), evaluator, proposer, with());
  EXPECT_EQ(outcome.state.trials.size(), 31u);
  EXPECT_EQ(outcome.best, 0u);
  EXPECT_FALSE(outcome.confirmed);
  EXPECT_EQ(outcome.stopped_by, "space exhausted");
}

TEST(Search, AnOriginalThatFailsIsAnErrorWithItsLine) {
  FakeEvaluator evaluator([](int, bool) { return failed("3 of 100 elements differ"); });
  ListProposer proposer(3);
  try {
    search(some_task(), evaluator, proposer, with());
    FAIL();
  } catch (const DataError& error) {
    EXPECT_STREQ(
        error.what(),
        "kernel.cu:7: the program does not pass its own evaluation (wrong_output): 3 of 100 "
        "elements differ");
    EXPECT_NE(error.advice().find("cudal1 eval kernel.cu"), std::string::npos);
  }
  EXPECT_EQ(evaluator.evaluated.size(), 1u);
}

TEST(StopConditions, HaveNames) {
  EXPECT_EQ(stop_after_evals(200)->name(), "max-evals 200");
  EXPECT_EQ(stop_after_time(90s)->name(), "max-time 90 s");
  EXPECT_EQ(stop_without_gain(50)->name(), "no-gain 50");
}

TEST(StopConditions, MaxEvalsIsExact) {
  for (size_t count : {0, 1, 8, 13}) {
    FakeEvaluator evaluator([](int, bool) { return passed_with(1); });
    ListProposer proposer(100);
    const Outcome outcome = search(some_task(), evaluator, proposer, with(stop_after_evals(count)));
    EXPECT_EQ(outcome.state.trials.size(), count + 1);
    EXPECT_EQ(outcome.stopped_by, "max-evals " + std::to_string(count));
  }
}

TEST(StopConditions, NoGainCountsTrialsSinceTheLastOne) {
  FakeEvaluator evaluator([](int n, bool) { return passed_with(n == 10 ? 1.5 : 1); });
  ListProposer proposer(100);
  const Outcome outcome = search(some_task(), evaluator, proposer, with(stop_without_gain(20)));
  EXPECT_EQ(outcome.stopped_by, "no-gain 20");
  EXPECT_EQ(outcome.state.trials.size(), 31u);  // within a batch too
  EXPECT_TRUE(outcome.confirmed);
}

TEST(StopConditions, MaxTimeEndsWithinABatch) {
  FakeEvaluator evaluator([](int n, bool) {
    if (n > 0) std::this_thread::sleep_for(400ms);
    return passed_with(1);
  });
  ListProposer proposer(100);
  const Outcome outcome = search(some_task(), evaluator, proposer, with(stop_after_time(1s)));
  EXPECT_EQ(outcome.stopped_by, "max-time 1 s");
  EXPECT_GE(outcome.state.trials.size(), 2u);
  EXPECT_LE(outcome.state.trials.size(), 5u);
}

TEST(Search, TheFirstConditionMetIsNamed) {
  FakeEvaluator evaluator([](int, bool) { return passed_with(1); });
  ListProposer proposer(100);
  EXPECT_EQ(
      search(some_task(), evaluator, proposer, with(stop_after_evals(50), stop_without_gain(10)))
          .stopped_by,
      "no-gain 10");
}

TEST(Search, InterruptionFinishesWhatIsBegunAndConfirmsOneWinner) {
  std::stop_source interrupt;
  FakeEvaluator evaluator([&](int n, bool confirming) {
    if (n == 5) interrupt.request_stop();
    return passed_with(n == 0 || confirming ? 1 : 1.5);
  });
  ListProposer proposer(100);
  SearchOptions options;
  options.interrupted = interrupt.get_token();
  const Outcome outcome = search(some_task(), evaluator, proposer, options);
  EXPECT_EQ(outcome.stopped_by, "interrupted");
  EXPECT_EQ(outcome.state.trials.size(), 6u);
  EXPECT_EQ(proposer.observed.size(), 6u);
  EXPECT_EQ(evaluator.confirmed.size(), 1u);
  EXPECT_FALSE(outcome.confirmed);
}

TEST(Search, ProgressSeesEveryTrialWithTheStateAfterIt) {
  FakeEvaluator evaluator([](int n, bool) { return passed_with(1 + n * 0.01); });
  ListProposer proposer(10);
  std::vector<size_t> sizes;
  SearchOptions options;
  options.progress = [&](const State& state, const Trial& trial) {
    EXPECT_EQ(state.trials.back().candidate.id(), trial.candidate.id());
    sizes.push_back(state.trials.size());
  };
  search(some_task(), evaluator, proposer, options);
  EXPECT_EQ(sizes, (std::vector<size_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST(Search, ResumesWithoutRepeatingAnEvaluation) {
  const TemporaryFolder folder;
  const auto speed = [](int n, bool) { return n == 3 ? failed() : passed_with(1 + n * 0.01); };
  {
    Journal journal = Journal::open(folder / "journal.jsonl");
    std::stop_source interrupt;
    FakeEvaluator evaluator([&](int n, bool confirming) {
      if (n == 11) interrupt.request_stop();
      return speed(n, confirming);
    });
    ListProposer proposer(20);
    SearchOptions options;
    options.journal = &journal;
    options.interrupted = interrupt.get_token();
    EXPECT_EQ(search(some_task(), evaluator, proposer, options).state.trials.size(), 12u);
  }
  Journal journal = Journal::open(folder / "journal.jsonl");
  EXPECT_EQ(journal.size(), 12u);
  FakeEvaluator evaluator(speed);
  ListProposer proposer(20);
  SearchOptions options;
  options.journal = &journal;
  const Outcome outcome = search(some_task(), evaluator, proposer, options);
  EXPECT_EQ(evaluator.evaluated, (std::vector<int>{12, 13, 14, 15, 16, 17, 18, 19, 20}));
  EXPECT_EQ(outcome.state.trials.size(), 21u);
  EXPECT_TRUE(outcome.state.trials[11].from_journal);
  // Recalled before its batch's fresh ones are evaluated.
  EXPECT_FALSE(outcome.state.trials[12].from_journal);
  EXPECT_EQ(number_of(outcome.state.trials[outcome.best].candidate), 20);
  EXPECT_EQ(proposer.observed.size(), 21u);
}

TEST(Search, ARepeatedProposalIsNotEvaluatedAgain) {
  class Repeating : public ListProposer {
   public:
    Repeating() : ListProposer(100) {}
    std::vector<evaluate::Candidate> propose(size_t) override {
      return {numbered(1), numbered(2), numbered(1), numbered(++last_)};
    }
    int last_ = 0;
  } proposer;
  FakeEvaluator evaluator([](int, bool) { return passed_with(1); });
  search(some_task(), evaluator, proposer, with(stop_after_evals(5)));
  EXPECT_EQ(evaluator.evaluated, (std::vector<int>{0, 1, 2, 3, 4, 5}));
}

}  // namespace
}  // namespace cudal1::search
