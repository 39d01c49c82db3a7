#include "cudal1/evaluate/evaluation.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cudal1/core/hash.h"
#include "json_integer.h"

namespace cudal1::evaluate {
namespace {

using nlohmann::json;

constexpr std::array<measure::Decision, 4> kDecisions{
    measure::Decision::kSame, measure::Decision::kFaster, measure::Decision::kSlower,
    measure::Decision::kAmbiguous};

// ---- values ----

template <typename T>
json encode(const T& value) {
  return value;
}
// JSON has no infinities, but a worst error may be one.
json encode(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}
json encode(measure::Decision value) { return measure::to_string(value); }
json encode(const measure::Interval& value) {
  return {
      {"median", encode(value.median)}, {"low", encode(value.low)}, {"high", encode(value.high)}};
}
json encode(const measure::DiscardedBlock& value) {
  return {{"block", value.block}, {"reason", value.reason}};
}
json encode(const ShapeTiming& value) {
  return {{"function", value.function},
          {"speedup", encode(value.speedup)},
          {"decision", encode(value.decision)},
          {"reference_ns", encode(value.reference_ns)},
          {"candidate_ns", encode(value.candidate_ns)}};
}
template <typename T>
json encode(const std::vector<T>& values) {
  json array = json::array();
  for (const T& value : values) array.push_back(encode(value));
  return array;
}

template <typename T>
void decode(const json& from, T& value) {
  value = from.get<T>();
}
template <std::integral T>
requires(!std::same_as<T, bool>) void decode(const json& from, T& value) {
  value = integer<T>(from);
}
void decode(const json& from, double& value) {
  value = from.is_string() ? std::stod(from.get<std::string>()) : from.get<double>();
}
void decode(const json& from, measure::Decision& value) {
  const auto name = from.get<std::string>();
  for (measure::Decision decision : kDecisions)
    if (name == measure::to_string(decision)) return void(value = decision);
  throw std::invalid_argument("unknown decision '" + name + "'");
}
void decode(const json& from, measure::Interval& value) {
  decode(from.at("median"), value.median);
  decode(from.at("low"), value.low);
  decode(from.at("high"), value.high);
}
void decode(const json& from, measure::DiscardedBlock& value) {
  decode(from.at("block"), value.block);
  decode(from.at("reason"), value.reason);
}
void decode(const json& from, ShapeTiming& value) {
  decode(from.at("function"), value.function);
  decode(from.at("speedup"), value.speedup);
  decode(from.at("decision"), value.decision);
  decode(from.at("reference_ns"), value.reference_ns);
  decode(from.at("candidate_ns"), value.candidate_ns);
}
template <typename T>
void decode(const json& from, std::vector<T>& values) {
  values.clear();
  for (const json& value : from.get_ref<const json::array_t&>())
    decode(value, values.emplace_back());
}

// ---- fields: each is named once, for writing and for reading ----

struct Write {
  json& object;
  template <typename T>
  void operator()(const char* key, const T& value) {
    object[key] = encode(value);
  }
};

struct Read {
  const json& object;
  template <typename T>
  void operator()(const char* key, T& value) {
    decode(object.at(key), value);
  }
};

template <typename Visitor>
void fields(Visitor visit, Passed& passed) {
  Measurement& it = passed.measurement;
  visit("predicted", it.predicted);
  visit("device", it.device);
  visit("clock", it.clock);
  visit("speedup", it.speedup);
  visit("decision", it.decision);
  visit("reason", it.reason);
  visit("noise_floor", it.noise_floor);
  visit("reference_ns", it.reference_ns);
  visit("candidate_ns", it.candidate_ns);
  visit("block", it.block);
  visit("sm_mhz", it.sm_mhz);
  visit("discarded_blocks", it.discarded_blocks);
  visit("clock_unstable", it.clock_unstable);
  visit("stop_rule", it.stop_rule);
  visit("stopped_by", it.stopped_by);
  visit("floor_ns", it.floor_ns);
  visit("reference_wall_ns", it.reference_wall_ns);
  visit("candidate_wall_ns", it.candidate_wall_ns);
  visit("reference_graph_ns", it.reference_graph_ns);
  visit("candidate_graph_ns", it.candidate_graph_ns);
  visit("reference_event_ns", it.reference_event_ns);
  visit("candidate_event_ns", it.candidate_event_ns);
  visit("reference_energy_mj", it.reference_energy_mj);
  visit("candidate_energy_mj", it.candidate_energy_mj);
  visit("energy_missing", it.energy_missing);
  visit("own_kernel_share", it.own_kernel_share);
  visit("bound", it.bound);
  visit("shapes", it.shapes);
}
template <typename Visitor>
void fields(Visitor visit, CompileFailed& it) {
  visit("message", it.message);
  visit("line", it.line);
  visit("log", it.log);
}
template <typename Visitor>
void fields(Visitor visit, Rejected& it) {
  visit("rule", it.rule);
  visit("message", it.message);
  visit("line", it.line);
}
template <typename Visitor>
void fields(Visitor visit, RuntimeFailed& it) {
  visit("rule", it.rule);
  visit("message", it.message);
  visit("line", it.line);
}
template <typename Visitor>
void fields(Visitor visit, TimedOut& it) {
  visit("message", it.message);
  visit("line", it.line);
  visit("limit_seconds", it.limit_seconds);
}
template <typename Visitor>
void fields(Visitor visit, WrongOutput& it) {
  visit("message", it.message);
  visit("line", it.line);
  visit("inputs", it.inputs);
  visit("mismatches", it.mismatches);
  visit("worst_error", it.worst_error);
}
template <typename Visitor>
void fields(Visitor visit, WorkerDied& it) {
  visit("message", it.message);
}
template <typename Visitor>
void fields(Visitor visit, Evaluation& it) {
  visit("task", it.task_id);
  visit("candidate", it.candidate_id);
  visit("seconds", it.seconds);
  visit("compile_seconds", it.compile_seconds);
  visit("seed", it.seed);
  visit("weak", it.weak);
}

// A default verdict of the alternative that bears the word.
template <size_t index = 0>
Verdict verdict_named(const std::string& name) {
  if constexpr (index < std::variant_size_v<Verdict>) {
    Verdict verdict{std::in_place_index<index>};
    return name == word(verdict) ? verdict : verdict_named<index + 1>(name);
  } else {
    throw std::invalid_argument("unknown verdict '" + name + "'");
  }
}

void hash_map(Sha256& hash, const std::map<std::string, std::string>& map) {
  hash.field(std::to_string(map.size()));
  for (const auto& [name, value] : map) hash.field(name).field(value);
}

}  // namespace

std::string Task::id() const {
  Sha256 hash;
  hash.field("task").field(source);
  hash_map(hash, tune);
  hash.field(call ? "call" : "");
  if (call) {
    hash.field(call->expression);
    hash_map(hash, call->variables);
  }
  if (inputs_source) hash.field("inputs").field(*inputs_source);
  return hash.hex();
}

std::string Candidate::id() const {
  Sha256 hash;
  hash.field("candidate").field(source);
  hash_map(hash, tune);
  return hash.hex();
}

double Evaluation::speedup_low() const {
  const auto* passed = std::get_if<Passed>(&verdict);
  return passed ? passed->measurement.speedup.low : 0;
}

std::string to_json(const Evaluation& evaluation) {
  Evaluation copy = evaluation;
  json object;
  fields(Write{object}, copy);
  json& details = object["verdict"];
  details["word"] = word(copy.verdict);
  std::visit([&](auto& verdict) { fields(Write{details}, verdict); }, copy.verdict);
  // Messages may quote what a candidate printed, in any encoding.
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Evaluation> evaluation_from_json(std::string_view text) {
  try {
    const json object = json::parse(text);
    Evaluation evaluation;
    fields(Read{object}, evaluation);
    const json& details = object.at("verdict");
    evaluation.verdict = verdict_named(details.at("word").get<std::string>());
    std::visit([&](auto& verdict) { fields(Read{details}, verdict); }, evaluation.verdict);
    return evaluation;
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const std::logic_error&) {  // unknown words, numbers out of range
    return std::nullopt;
  }
}

}  // namespace cudal1::evaluate
