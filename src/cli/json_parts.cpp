#include "cli/json_parts.h"

#include "cudal1/cli/figures.h"

namespace cudal1::cli {
namespace {

Json positive_or_null(double value) { return value > 0 ? Json(value) : Json(nullptr); }

Json measurement_json(const evaluate::Measurement& m) {
  const auto roofline = roofline_share(m);
  return {{"clock", m.clock},
          {"decision", measure::to_string(m.decision)},
          {"stop_rule", m.stop_rule},
          {"stopped_by", m.stopped_by},
          {"floor_ns", positive_or_null(m.floor_ns)},
          {"roofline", roofline ? Json(*roofline) : Json(nullptr)},
          {"bound", m.bound.empty() ? Json(nullptr) : Json(m.bound)},
          {"own_kernel_share", m.own_kernel_share},
          {"wall_ns",
           {{"reference", positive_or_null(m.reference_wall_ns)},
            {"candidate", positive_or_null(m.candidate_wall_ns)}}},
          {"graph_ns",
           {{"reference", positive_or_null(m.reference_graph_ns)},
            {"candidate", positive_or_null(m.candidate_graph_ns)}}}};
}

Json line_json(int line) { return line > 0 ? Json(line) : Json(nullptr); }

}  // namespace

Json result_head(const std::string& schema, const std::vector<std::string>& argv) {
  return {{"schema", schema}, {"version", CUDAL1_VERSION}, {"argv", argv}};
}

Json interval_json(const measure::Interval& interval) {
  return {{"median", interval.median}, {"low", interval.low}, {"high", interval.high}};
}

Json evaluation_json(const evaluate::Evaluation& evaluation) {
  const auto* measurement = measurement_of(evaluation.verdict);
  const std::string rule = evaluate::rule(evaluation.verdict),
                    message = evaluate::message(evaluation.verdict);
  Json json = {{"verdict", evaluate::word(evaluation.verdict)},
               {"rule", rule.empty() ? Json(nullptr) : Json(rule)},
               {"message", message.empty() ? Json(nullptr) : Json(message)},
               {"line", line_json(evaluate::line(evaluation.verdict))},
               {"predicted", measurement && measurement->predicted},
               {"speedup", measurement ? interval_json(measurement->speedup) : Json(nullptr)},
               {"samples_ns", nullptr},
               {"measurement", measurement ? measurement_json(*measurement) : Json(nullptr)},
               {"weak", evaluation.weak},
               {"seed", evaluation.seed},
               {"seconds", evaluation.seconds},
               {"compile_seconds", evaluation.compile_seconds}};
  if (measurement)
    json["samples_ns"] = {{"reference", measurement->reference_ns},
                          {"candidate", measurement->candidate_ns}};
  return json;
}

std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cudal1::cli
