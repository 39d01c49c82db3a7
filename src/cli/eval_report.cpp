#include "cudal1/cli/eval_report.h"

#include "cli/json_parts.h"
#include "cli/measurement_report.h"
#include "cudal1/cli/figures.h"
#include "cudal1/core/visible.h"

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

}  // namespace

std::string render_failure(const evaluate::Verdict& verdict, const std::string& path,
                           const std::string& source) {
  const int line = evaluate::line(verdict);
  std::string text = "  " + path + (line > 0 ? ":" + std::to_string(line) : "") + ": " +
                     evaluate::message(verdict) + "\n";
  const std::string shown = line > 0 ? line_of(source, line) : "";
  if (!shown.empty()) text += "  " + std::to_string(line) + " | " + visible(shown) + "\n";
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
    text += style.dim(visible(failed->log)) + (failed->log.ends_with('\n') ? "" : "\n");
  return text;
}

std::string eval_to_json(const EvalResult& result) {
  Json json = result_head("cudal1.eval/1.1.0", result.argv);
  json["device"] = result.device;
  json["candidate"] = result.candidate_path;
  json["reference"] = result.reference_path;
  json.update(evaluation_json(result.evaluation));
  return dumped(json);
}

}  // namespace cudal1::cli
