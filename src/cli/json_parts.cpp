#include "cli/json_parts.h"

#include "cudal1/cli/figures.h"

namespace cudal1::cli {
namespace {

Json positive_or_null(double value) { return value > 0 ? Json(value) : Json(nullptr); }

Json pair_json(double reference, double candidate) {
  return {{"reference", positive_or_null(reference)}, {"candidate", positive_or_null(candidate)}};
}

Json shapes_json(const std::vector<evaluate::ShapeTiming>& shapes) {
  Json array = Json::array();
  for (const evaluate::ShapeTiming& shape : shapes)
    array.push_back({{"function", shape.function},
                     {"speedup", interval_json(shape.speedup)},
                     {"decision", measure::to_string(shape.decision)},
                     {"reference_ns", shape.reference_ns},
                     {"candidate_ns", shape.candidate_ns}});
  return array;
}

// By number of the block: its SM clock, and why it was discarded.
Json blocks_json(const evaluate::Measurement& m) {
  Json clocks = Json::array(), discarded = Json::array();
  for (const double mhz : m.sm_mhz) clocks.push_back(positive_or_null(mhz));
  for (const measure::DiscardedBlock& block : m.discarded_blocks)
    discarded.push_back({{"block", block.block}, {"reason", block.reason}});
  return {{"sm_mhz", clocks}, {"clock_unstable", m.clock_unstable}, {"discarded", discarded}};
}

Json energy_json(const evaluate::Measurement& m) {
  Json json = pair_json(m.reference_energy_mj, m.candidate_energy_mj);
  json["missing"] = m.energy_missing.empty() ? Json(nullptr) : Json(m.energy_missing);
  return json;
}

Json measurement_json(const evaluate::Measurement& m) {
  const auto roofline = roofline_share(m);
  return {{"clock", m.clock},
          {"decision", measure::to_string(m.decision)},
          {"reason", m.reason},
          {"noise_floor", positive_or_null(m.noise_floor)},
          {"stop_rule", m.stop_rule},
          {"stopped_by", m.stopped_by},
          {"floor_ns", positive_or_null(m.floor_ns)},
          {"roofline", roofline ? Json(*roofline) : Json(nullptr)},
          {"bound", m.bound.empty() ? Json(nullptr) : Json(m.bound)},
          {"own_kernel_share", m.own_kernel_share},
          {"wall_ns", pair_json(m.reference_wall_ns, m.candidate_wall_ns)},
          {"graph_ns", pair_json(m.reference_graph_ns, m.candidate_graph_ns)},
          {"event_ns", pair_json(m.reference_event_ns, m.candidate_event_ns)},
          {"energy_mj_per_call", energy_json(m)},
          {"blocks", blocks_json(m)},
          {"shapes", shapes_json(m.shapes)}};
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
                          {"candidate", measurement->candidate_ns},
                          {"block", measurement->block}};
  return json;
}

std::string dumped(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cudal1::cli
