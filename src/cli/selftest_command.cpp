// selftest: corpus and tasks → evaluator → was every cheat caught, did every honest program pass?
#include <algorithm>
#include <chrono>

#include "cli/evaluation_options.h"
#include "cli/selftest_plan.h"
#include "cudal1/cli/destination.h"
#include "cudal1/cli/interrupt.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/progress.h"
#include "cudal1/cli/screen.h"
#include "cudal1/cli/selftest_report.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;
using Evaluations = std::map<std::string, evaluate::Evaluation>;  // by candidate's name

struct Plan {
  Corpus corpus;
  std::vector<Batch> batches;
  size_t count() const {
    size_t candidates = 0;
    for (const Batch& batch : batches) candidates += batch.candidates.size();
    return candidates;
  }
};

Plan make_plan(const Invocation& invocation) {
  const Settings& settings = invocation.settings;
  const fs::path& installation = invocation.services.installation;
  const std::string& only = settings.text("only");
  Plan plan{.corpus = read_corpus(settings.is_set("corpus")
                                      ? fs::path(settings.text("corpus"))
                                      : installation / "tests" / "evaluate" / "cheats")};
  std::erase_if(plan.corpus.cheats,
                [&](const Cheat& cheat) { return !is_selected(cheat.name, only); });
  plan.batches = cheat_batches(plan.corpus);
  std::ranges::move(honest_batches(installation / "data" / "tasks", only),
                    std::back_inserter(plan.batches));
  if (plan.batches.empty())
    throw UsageError("no cheat and no task has '" + only + "' in its name",
                     "Without --only all of them are judged.");
  return plan;
}

evaluate::WorkerOptions worker_options(const Settings& settings) {
  evaluate::EvaluationOptions evaluation = evaluation_options(settings);
  evaluation.stop_rule = measure::StopRule::exploring();
  return {.evaluation = evaluation,
          .slots = int(settings.count("slots").value_or(0)),
          .log_directory = {}};
}

// Shows each candidate as it is done.
class Count {
 public:
  Count(Screen& screen, size_t total) : screen_(screen), progress_(screen), total_(total) {}
  void add(const std::string& name, const evaluate::Evaluation& evaluation) {
    ++done_;
    const std::string why = evaluate::message(evaluation.verdict);
    screen_.detail(name + ": " + evaluate::word(evaluation.verdict) +
                   (why.empty() ? "" : ": " + why));
    const auto elapsed = std::chrono::steady_clock::now() - begin_;
    progress_.show({.done = done_,
                    .total = total_,
                    .best = std::nullopt,
                    .elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed)});
  }

 private:
  Screen& screen_;
  Progress progress_;
  size_t total_, done_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// Nothing where it was interrupted.
std::optional<Evaluations> judge_all(const Plan& plan, evaluate::Evaluator& evaluator,
                                     Screen& screen) {
  const InterruptScope interrupt;
  Count count(screen, plan.count());
  Evaluations evaluations;
  for (const Batch& batch : plan.batches) {
    std::map<std::string, std::vector<std::string>> names;  // by id: two files may say the same
    for (const evaluate::Candidate& candidate : batch.candidates)
      names[candidate.id()].push_back(candidate.summary);
    const auto results = evaluator.evaluate(
        batch.task, batch.candidates,
        [&](const evaluate::Evaluation& done) { count.add(names[done.candidate_id].front(), done); },
        interrupt.token());
    if (results.size() < batch.candidates.size()) return std::nullopt;
    for (const evaluate::Evaluation& result : results)
      for (const std::string& name : names[result.candidate_id]) evaluations[name] = result;
  }
  return evaluations;
}

SelftestResult make_result(const Plan& plan, const Evaluations& evaluations,
                           const std::string& device) {
  SelftestResult result{.device = device};
  const std::string kind = device.starts_with("sim") ? "sim" : "cuda";
  for (const Cheat& cheat : plan.corpus.cheats) {
    const evaluate::Evaluation& twin = evaluations.at(twin_name(cheat));
    result.cheats.push_back({.name = cheat.name,
                             .why = cheat.why,
                             .acceptable = cheat.acceptable.at(kind),
                             .evaluation = evaluations.at(cheat.name),
                             .twin = twin});
    result.honest.push_back({twin_name(cheat), twin});
  }
  for (const auto& [name, evaluation] : evaluations) {
    const auto is_of_corpus = [&](const Cheat& cheat) {
      return name == cheat.name || name == twin_name(cheat);
    };
    if (std::ranges::none_of(plan.corpus.cheats, is_of_corpus))
      result.honest.push_back({name, evaluation});
  }
  return result;
}

}  // namespace

ExitCode selftest_command(const Invocation& invocation, Screen& screen) {
  const Settings& settings = invocation.settings;
  if (!invocation.arguments.empty())
    throw UsageError("selftest takes no arguments, but '" + invocation.arguments[0] + "' was given",
                     "To run a part of it: cudal1 selftest --only " + invocation.arguments[0]);
  if (settings.is_set("json") && settings.text("json") != "-")
    require_writable(settings.text("json"));
  const Plan plan = make_plan(invocation);
  const evaluate::WorkerOptions options = worker_options(settings);
  if (settings.on("dry-run")) {
    screen.data(std::to_string(plan.corpus.cheats.size()) + " cheats and " +
                std::to_string(plan.count() - plan.corpus.cheats.size()) +
                " honest programs would be judged. Nothing was run: --dry-run.\n");
    return ExitCode::kDone;
  }
  const auto evaluator = invocation.services.make_evaluator(options);
  screen.remark(std::to_string(plan.count()) + " programs on " + evaluator->device());
  const auto evaluations = judge_all(plan, *evaluator, screen);
  if (!evaluations) return ExitCode::kInterrupted;

  SelftestResult result = make_result(plan, *evaluations, evaluator->device());
  result.argv = invocation.argv;
  screen.report(render_selftest(result, screen.report_style()));
  screen.write_json(settings.text("json"), selftest_to_json(result));
  return result.ok() ? ExitCode::kDone : ExitCode::kNothingBetter;
}

}  // namespace cudal1::cli
