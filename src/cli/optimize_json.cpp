#include "cli/json_parts.h"
#include "cudal1/cli/figures.h"
#include "cudal1/cli/optimize_report.h"

namespace cudal1::cli {
namespace {

Json trial_json(const search::Trial& trial) {
  Json json = {{"id", trial.evaluation.candidate_id},
               {"summary", trial.candidate.summary},
               {"origin", trial.candidate.origin},
               {"tune", trial.candidate.tune},
               {"from_journal", trial.from_journal}};
  json.update(evaluation_json(trial.evaluation));
  return json;
}

// The original counts as its own speedup of exactly 1.
measure::Interval best_speedup(const OptimizeResult& result) {
  const auto& confirmation = result.outcome->confirmation;
  const auto* measurement =
      result.improved() && confirmation ? measurement_of(confirmation->verdict) : nullptr;
  return measurement ? measurement->speedup : measure::Interval{1, 1, 1};
}

// Of the original against itself; where it is judged against another program, of that one.
Json noise_floor_json(const search::Outcome& outcome) {
  for (const evaluate::Evaluation* evaluation :
       {outcome.state.trials.empty() ? nullptr : &outcome.state.trials[0].evaluation,
        outcome.confirmation ? &*outcome.confirmation : nullptr})
    if (const auto* measurement = evaluation ? measurement_of(evaluation->verdict) : nullptr;
        measurement && measurement->noise_floor > 0)
      return measurement->noise_floor;
  return nullptr;
}

bool any_predicted(const search::State& state) {
  for (const search::Trial& trial : state.trials)
    if (const auto* measurement = measurement_of(trial.evaluation.verdict);
        measurement && measurement->predicted)
      return true;
  return false;
}

}  // namespace

std::string optimize_to_json(const OptimizeResult& result) {
  const search::Outcome& outcome = *result.outcome;
  Json json = result_head("cudal1.optimize/1.1.0", result.argv);
  json["device"] = result.device;
  json["predicted"] = any_predicted(outcome.state);
  json["input"] = result.input;
  json["reference"] = result.reference.empty() ? result.input : result.reference;
  json["best"] = {
      {"path", result.improved() ? result.output.string() : result.input},
      {"speedup", interval_json(best_speedup(result))},
      {"summary",
       outcome.state.trials.empty() ? "" : outcome.state.trials[outcome.best].candidate.summary}};
  json["improved"] = result.improved();
  json["evaluated"] = outcome.state.trials.size();
  json["space"] = result.space == 0 ? Json(nullptr) : Json(result.space);
  json["stopped_by"] = outcome.stopped_by;
  json["confirmed"] = outcome.confirmed;
  json["confirmation"] =
      outcome.confirmation ? evaluation_json(*outcome.confirmation) : Json(nullptr);
  json["weak"] = outcome.state.trials.empty() ? std::vector<std::string>{}
                                              : outcome.state.trials[0].evaluation.weak;
  json["noise_floor"] = noise_floor_json(outcome);
  json["seconds"] = std::chrono::duration<double>(outcome.state.elapsed).count();
  json["run_directory"] = result.run_directory.string();
  json["trials"] = Json::array();
  for (const search::Trial& trial : outcome.state.trials)
    json["trials"].push_back(trial_json(trial));
  return dumped(json);
}

}  // namespace cudal1::cli
