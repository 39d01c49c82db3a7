#include "protocol.h"

#include <nlohmann/json.hpp>

#include "json_integer.h"

namespace cudal1::evaluate {
namespace {

using nlohmann::json;

// A source is compiled byte for byte, also one in Latin-1: what JSON cannot hold travels in
// hexadecimal.
json bytes_json(const std::string& bytes) {
  try {
    (void)json(bytes).dump();
    return bytes;
  } catch (const json::exception&) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string hexadecimal;
    for (const unsigned char byte : bytes) hexadecimal += {kDigits[byte >> 4], kDigits[byte & 15]};
    return {{"hexadecimal", hexadecimal}};
  }
}

std::string bytes_from(const json& value) {
  if (!value.is_object()) return value;
  const std::string digits = value.at("hexadecimal");
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes += char(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

json to_json(const Task& task) {
  json object{{"path", task.path}, {"source", bytes_json(task.source)}, {"tune", task.tune}};
  if (task.call)
    object["call"] = {{"expression", task.call->expression}, {"variables", task.call->variables}};
  if (task.inputs_source) object["inputs_source"] = bytes_json(*task.inputs_source);
  return object;
}

Task task_from(const json& object) {
  Task task{object.at("path"), bytes_from(object.at("source")), std::nullopt, object.at("tune")};
  if (object.contains("call"))
    task.call =
        program::CallRequest{object["call"].at("expression"), object["call"].at("variables")};
  if (object.contains("inputs_source")) task.inputs_source = bytes_from(object["inputs_source"]);
  return task;
}

json to_json(const EvaluationOptions& options) {
  const measure::StopRule& rule = options.stop_rule;
  return {{"trials", options.trials},
          {"kernelbench_tolerance", options.tolerance == ToleranceRule::kKernelBench},
          {"measure", options.measure},
          {"thorough", options.thorough},
          {"energy", options.energy},
          {"candidate_timeout_ms", options.candidate_timeout.count()},
          {"sim_timeout_ms", options.sim_timeout.count()},
          {"min_pairs", rule.min_pairs},
          {"max_pairs", rule.max_pairs},
          {"target_half_width", rule.target_half_width},
          {"max_time_ms", rule.max_time.count()},
          {"confidence", rule.confidence}};
}

EvaluationOptions options_from(const json& object) {
  EvaluationOptions options;
  options.trials = integer<uint32_t>(object.at("trials"));
  if (object.at("kernelbench_tolerance")) options.tolerance = ToleranceRule::kKernelBench;
  options.measure = object.at("measure");
  options.thorough = object.at("thorough");
  options.energy = object.at("energy");
  options.candidate_timeout =
      std::chrono::milliseconds(integer<int64_t>(object.at("candidate_timeout_ms")));
  options.sim_timeout = std::chrono::milliseconds(integer<int64_t>(object.at("sim_timeout_ms")));
  options.stop_rule.min_pairs = integer<uint32_t>(object.at("min_pairs"));
  options.stop_rule.max_pairs = integer<uint32_t>(object.at("max_pairs"));
  options.stop_rule.target_half_width = object.at("target_half_width");
  options.stop_rule.max_time =
      std::chrono::milliseconds(integer<int64_t>(object.at("max_time_ms")));
  options.stop_rule.confidence = object.at("confidence");
  return options;
}

json to_json(const gpu::CompileRequest& request) {
  return {{"source", bytes_json(request.source)},
          {"path", request.path},
          {"arch", request.arch},
          {"ptx", request.kind == gpu::CodeKind::kPtx},
          {"names", request.name_expressions},
          {"defines", request.defines},
          {"options", request.options}};
}

gpu::CompileRequest compile_from(const json& object) {
  gpu::CompileRequest request;
  request.source = bytes_from(object.at("source"));
  request.path = object.at("path");
  request.arch = object.at("arch");
  request.kind = object.at("ptx").get<bool>() ? gpu::CodeKind::kPtx : gpu::CodeKind::kCubin;
  request.name_expressions = object.at("names").get<std::vector<std::string>>();
  request.defines = object.at("defines").get<std::map<std::string, std::string>>();
  request.options = object.at("options").get<std::vector<std::string>>();
  return request;
}

// A worker that may ask for any time could never be given up.
double limit_from(const json& value) {
  constexpr double kLongest = 24 * 3600;
  const double seconds = value;
  if (!(seconds >= 0 && seconds <= kLongest))
    throw std::out_of_range("a limit of " + value.dump() + " s");
  return seconds;
}

// Sources may hold bytes that are no UTF-8; they travel with those replaced rather than not at all.
std::string dump(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

struct ToJson {
  json operator()(const Ready& m) const {
    return {{"event", "ready"}, {"device", m.device}, {"isolation", encode(m.isolation)}};
  }
  json operator()(const Phase& m) const {
    return {{"event", "phase"},
            {"name", m.name},
            {"limit_seconds", m.limit_seconds},
            {"line", m.line},
            {"within", m.within}};
  }
  json operator()(const CompileAsk& m) const {
    return {{"event", "compile"}, {"request", to_json(m.request)}};
  }
  json operator()(const Done& m) const {
    return {{"event", "done"}, {"evaluation", evaluate::to_json(m.evaluation)}, {"lost", m.lost}};
  }
  json operator()(const ReferenceFailed& m) const {
    return {{"event", "reference_failed"}, {"message", m.message}, {"line", m.line}};
  }
  json operator()(const Broken& m) const {
    return {{"event", "broken"}, {"message", m.message}, {"advice", m.advice}};
  }
  json operator()(const OpenRequest& m) const {
    return {{"command", "open"},
            {"cuda", m.device == DeviceKind::kCuda},
            {"gpu_spec", m.gpu_spec},
            {"threads", m.threads}};
  }
  json operator()(const EvaluateRequest& m) const {
    return {{"command", "evaluate"},
            {"task", to_json(m.task)},
            {"candidate",
             {{"source", bytes_json(m.candidate.source)},
              {"tune", m.candidate.tune},
              {"origin", m.candidate.origin},
              {"path", m.candidate.path}}},
            {"options", to_json(m.options)},
            {"seed", m.seed}};
  }
};

}  // namespace

std::string encode(const FromWorker& message) { return dump(std::visit(ToJson{}, message)); }
std::string encode(const FromParent& message) { return dump(std::visit(ToJson{}, message)); }

std::optional<FromWorker> decode_from_worker(std::string_view frame) {
  try {
    const json object = json::parse(frame);
    const std::string event = object.at("event");
    if (event == "ready") {
      const auto isolation = decode_isolation(object.at("isolation").get<std::string>());
      if (!isolation) return std::nullopt;
      return Ready{object.at("device"), *isolation};
    }
    if (event == "phase")
      return Phase{object.at("name"), limit_from(object.at("limit_seconds")),
                   integer<int>(object.at("line")), object.at("within").get<bool>()};
    if (event == "compile") return CompileAsk{compile_from(object.at("request"))};
    if (event == "reference_failed")
      return ReferenceFailed{object.at("message"), integer<int>(object.at("line"))};
    if (event == "broken") return Broken{object.at("message"), object.at("advice")};
    if (event != "done") return std::nullopt;
    auto evaluation = evaluation_from_json(object.at("evaluation").get<std::string>());
    if (!evaluation) return std::nullopt;
    return Done{std::move(*evaluation), object.at("lost").get<bool>()};
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const std::logic_error&) {
    return std::nullopt;
  }
}

std::optional<FromParent> decode_from_parent(std::string_view frame) {
  try {
    const json object = json::parse(frame);
    if (object.at("command") == "open")
      return OpenRequest{object.at("cuda").get<bool>() ? DeviceKind::kCuda : DeviceKind::kSim,
                         object.at("gpu_spec"), integer<int>(object.at("threads"))};
    EvaluateRequest request;
    request.task = task_from(object.at("task"));
    const json& candidate = object.at("candidate");
    request.candidate.source = bytes_from(candidate.at("source"));
    request.candidate.tune = candidate.at("tune").get<program::TuneSetting>();
    request.candidate.origin = candidate.at("origin");
    request.candidate.path = candidate.at("path");
    request.options = options_from(object.at("options"));
    request.seed = integer<uint64_t>(object.at("seed"));
    return request;
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const std::logic_error&) {  // digits that are none, numbers out of range
    return std::nullopt;
  }
}

}  // namespace cudal1::evaluate
