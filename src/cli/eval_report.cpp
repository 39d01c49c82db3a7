#include "cudal1/cli/eval_report.h"

#include "cli/json_parts.h"
#include "cudal1/cli/figures.h"
#include "cudal1/cli/values.h"

namespace cudal1::cli {
namespace {

std::string line_of(const std::string& source, int number) {
  size_t begin = 0;
  for (int i = 1; i < number && begin != std::string::npos; ++i) {
    begin = source.find('\n', begin);
    if (begin != std::string::npos) ++begin;
  }
  if (begin >= source.size()) return "";
  return source.substr(begin, source.find('\n', begin) - begin);
}

std::string detail(const std::string& name, const std::string& value) {
  return "  " + name + std::string(size_t(std::max(1, 26 - display_width(name))), ' ') + value +
         "\n";
}

std::string pair_of_times(double reference_ns, double candidate_ns) {
  return show_nanoseconds(reference_ns) + " → " + show_nanoseconds(candidate_ns);
}

std::string decided(measure::Decision decision, const Style& style) {
  const std::string word = measure::to_string(decision);
  if (decision == measure::Decision::kFaster) return style.green(word);
  return decision == measure::Decision::kSlower ? style.red(word) : style.yellow(word);
}

std::string render_measurement(const evaluate::Measurement& m, const Style& style) {
  const std::string prefix = label(m);
  std::string text = detail(prefix + "reference", show_time(m.reference_ns)) +
                     detail(prefix + "candidate", show_time(m.candidate_ns)) +
                     detail(prefix + "speedup", style.bold(show_speedup(m.speedup)) + "  " +
                                                    decided(m.decision, style));
  if (m.floor_ns > 0)
    text +=
        detail(prefix + "% of roofline", show_roofline(m) + " of " + show_nanoseconds(m.floor_ns));
  if (!m.bound.empty()) text += detail(prefix + "bound", m.bound);
  if (m.reference_wall_ns > 0)
    text += detail("wall clock", pair_of_times(m.reference_wall_ns, m.candidate_wall_ns));
  if (m.reference_graph_ns > 0)
    text += detail("graph replay", pair_of_times(m.reference_graph_ns, m.candidate_graph_ns));
  if (m.own_kernel_share < 0.995)
    text += detail("own kernels", show_fixed(100 * m.own_kernel_share, 0) +
                                      " % of the device time; the rest are library operators");
  std::string how = m.clock;
  if (m.candidate_ns.size() > 1)
    how += ", " + std::to_string(m.candidate_ns.size()) + " pairs, stopped by " + m.stopped_by;
  if (!m.stop_rule.empty() && m.candidate_ns.size() > 1) how += " (" + m.stop_rule + ")";
  return text + detail("clock", how);
}

}  // namespace

std::string render_failure(const evaluate::Verdict& verdict, const std::string& path,
                           const std::string& source) {
  const int line = evaluate::line(verdict);
  std::string text = "  " + path + (line > 0 ? ":" + std::to_string(line) : "") + ": " +
                     evaluate::message(verdict) + "\n";
  const std::string shown = line > 0 ? line_of(source, line) : "";
  if (!shown.empty()) text += "  " + std::to_string(line) + " | " + shown + "\n";
  return text;
}

std::string render_eval(const EvalResult& result, const Style& style) {
  const evaluate::Verdict& verdict = result.evaluation.verdict;
  const std::string word = evaluate::word(verdict), rule = evaluate::rule(verdict);
  const bool passed = result.evaluation.passed();
  std::string text =
      (passed ? style.green(word) : style.red(word)) + (rule.empty() ? "" : " (" + rule + ")") +
      "  " + style.bold(result.candidate_path) + " against " +
      (result.reference_path == result.candidate_path ? "itself" : result.reference_path) + " on " +
      result.device + "\n";
  for (const std::string& reason : result.evaluation.weak)
    text += detail("weak task", style.yellow(reason));
  if (const auto* measurement = measurement_of(verdict))
    return text + render_measurement(*measurement, style);
  text += render_failure(verdict, result.candidate_path, result.candidate_source);
  if (const auto* failed = std::get_if<evaluate::CompileFailed>(&verdict);
      failed && !failed->log.empty() && failed->log != failed->message)
    text += style.dim(failed->log) + (failed->log.ends_with('\n') ? "" : "\n");
  return text;
}

std::string eval_to_json(const EvalResult& result) {
  Json json = result_head("cudal1.eval/1.0.0", result.argv);
  json["device"] = result.device;
  json["candidate"] = result.candidate_path;
  json["reference"] = result.reference_path;
  json.update(evaluation_json(result.evaluation));
  return dumped(json);
}

}  // namespace cudal1::cli
