#include "cudal1/cli/selftest_report.h"

#include <algorithm>

#include "cli/json_parts.h"
#include "cudal1/cli/figures.h"
#include "cudal1/cli/table.h"

namespace cudal1::cli {
namespace {

using evaluate::Evaluation;

constexpr double kNoFaster = 1.1;  // times its twin, above which a cheat is not harmless

double speedup(const Evaluation& evaluation) {
  const auto* measurement = measurement_of(evaluation.verdict);
  return measurement ? measurement->speedup.median : 0;
}

bool harmless(const JudgedCheat& cheat) {
  return cheat.evaluation.passed() && cheat.twin.passed() &&
         speedup(cheat.evaluation) <= kNoFaster * speedup(cheat.twin);
}

// The rule, or what was compared.
std::string caught_by(const Evaluation& evaluation) {
  if (const auto* wrong = std::get_if<evaluate::WrongOutput>(&evaluation.verdict))
    return wrong->inputs.empty() ? "" : "on " + wrong->inputs + "()";
  return evaluate::rule(evaluation.verdict);
}

std::string verdict_cell(const Evaluation& evaluation) {
  return std::string(evaluate::word(evaluation.verdict)) +
         (evaluation.passed() ? " " + show_factor(speedup(evaluation)) : "");
}

std::string mark(bool good, const Style& style) {
  return good ? style.green("yes") : style.red("NO");
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string survivors(const SelftestResult& result, const Style& style) {
  std::string text;
  for (const JudgedCheat& cheat : result.cheats) {
    if (cheat.caught()) continue;
    text += style.red("survived") + "  " + style.bold(cheat.name) + ": " +
            verdict_cell(cheat.evaluation) + ", acceptable: " + joined(cheat.acceptable) +
            "\n          " + cheat.why + "\n";
  }
  return text;
}

std::string accused(const SelftestResult& result, const Style& style) {
  std::string text;
  for (const JudgedHonest& one : result.honest)
    if (!one.evaluation.passed())
      text += style.red("accused") + "   " + style.bold(one.name) + ": " +
              evaluate::word(one.evaluation.verdict) + ": " +
              first_line(evaluate::message(one.evaluation.verdict)) + "\n";
  return text;
}

std::string count(size_t good, size_t all, const std::string& text, const Style& style) {
  const std::string line = std::to_string(good) + " of " + std::to_string(all) + text;
  return good == all ? style.green(line) : style.red(line);
}

std::string summary(const SelftestResult& result, const Style& style) {
  const auto caught = size_t(std::ranges::count_if(result.cheats, &JudgedCheat::caught));
  const auto passed = size_t(std::ranges::count_if(
      result.honest, [](const JudgedHonest& one) { return one.evaluation.passed(); }));
  return count(caught, result.cheats.size(), " cheats caught", style) + ", " +
         count(passed, result.honest.size(), " honest programs passed", style) + " on " +
         result.device + "\n";
}

}  // namespace

bool JudgedCheat::caught() const {
  if (std::ranges::count(acceptable, evaluate::word(evaluation.verdict))) return true;
  return std::ranges::count(acceptable, "harmless") && harmless(*this);
}

bool SelftestResult::ok() const {
  return std::ranges::all_of(cheats, &JudgedCheat::caught) &&
         std::ranges::all_of(honest,
                             [](const JudgedHonest& one) { return one.evaluation.passed(); });
}

std::string render_selftest(const SelftestResult& result, const Style& style) {
  Table table({{"cheat"}, {"verdict"}, {"caught by"}, {"caught"}, {"twin passed"}});
  for (const JudgedCheat& cheat : result.cheats)
    table.row({cheat.name, verdict_cell(cheat.evaluation), caught_by(cheat.evaluation),
               mark(cheat.caught(), style), mark(cheat.twin.passed(), style)});
  std::string text = result.cheats.empty() ? "" : table.render(style) + "\n";
  const std::string findings = survivors(result, style) + accused(result, style);
  if (!findings.empty()) text += findings + "\n";
  return text + summary(result, style);
}

std::string selftest_to_json(const SelftestResult& result) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
  };
  Json json = result_head("cudal1.selftest/1.0.0", result.argv);
  json["device"] = result.device;
  json["cheats"] = Json::array();
  for (const JudgedCheat& cheat : result.cheats)
    json["cheats"].push_back({{"name", cheat.name},
                              {"verdict", evaluate::word(cheat.evaluation.verdict)},
                              {"rule", or_null(evaluate::rule(cheat.evaluation.verdict))},
                              {"caught", cheat.caught()},
                              {"message", or_null(evaluate::message(cheat.evaluation.verdict))},
                              {"seconds", cheat.evaluation.seconds}});
  json["honest"] = Json::array();
  for (const JudgedHonest& one : result.honest)
    json["honest"].push_back({{"name", one.name},
                              {"verdict", evaluate::word(one.evaluation.verdict)},
                              {"message", or_null(evaluate::message(one.evaluation.verdict))}});
  return dumped(json);
}

}  // namespace cudal1::cli
