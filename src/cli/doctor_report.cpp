#include "cudal1/cli/doctor_report.h"

#include <algorithm>

#include "cli/json_parts.h"
#include "cudal1/cli/table.h"

namespace cudal1::cli {
namespace {

std::string ability_text(Ability ability) {
  switch (ability) {
    case Ability::kGpu:
      return "Programs run and are timed on the GPU.";
    case Ability::kSimulator:
      return "Programs run on the simulator; times are predicted. For measured ones a GPU is "
             "needed.";
    case Ability::kNothing:
      return "Programs cannot be run here yet.";
  }
  return "";
}

const char* ability_word(Ability ability) {
  return ability == Ability::kGpu ? "cuda" : ability == Ability::kSimulator ? "sim" : "none";
}

const char* need_word(Need need) {
  return need == Need::kAlways ? "always" : need == Need::kForGpu ? "gpu" : "better";
}

bool all_found(const std::vector<Finding>& findings, Need need) {
  return std::ranges::all_of(
      findings, [&](const Finding& finding) { return finding.found || finding.need != need; });
}

std::string mark(const Finding& finding, const Style& style) {
  if (finding.found) return style.green("yes");
  if (finding.partly) return style.yellow("partly");
  return finding.need == Need::kAlways ? style.red("no") : style.yellow("no");
}

}  // namespace

Ability ability_of(const std::vector<Finding>& findings) {
  if (!all_found(findings, Need::kAlways)) return Ability::kNothing;
  return all_found(findings, Need::kForGpu) ? Ability::kGpu : Ability::kSimulator;
}

std::string render_doctor(const std::vector<Finding>& findings, const Style& style) {
  Table table({{""}, {"found"}, {"detail"}});
  for (const Finding& finding : findings)
    table.row({finding.name, mark(finding, style), finding.detail});
  std::string text = table.render(style) + "\n";
  for (const Finding& finding : findings)
    if (!finding.advice.empty())
      text += style.bold(finding.name + ":") + " " + finding.advice + "\n";
  return text + ability_text(ability_of(findings)) + "\n";
}

std::string doctor_to_json(const std::vector<std::string>& argv,
                           const std::vector<Finding>& findings) {
  Json json = result_head("cudal1.doctor/1.1.0", argv);
  json["device"] = ability_word(ability_of(findings));
  json["findings"] = Json::array();
  for (const Finding& finding : findings)
    json["findings"].push_back(
        {{"name", finding.name},
         {"found", finding.found},
         {"partly", finding.partly},
         {"needed", need_word(finding.need)},
         {"detail", finding.detail},
         {"advice", finding.advice.empty() ? Json(nullptr) : Json(finding.advice)}});
  return dumped(json);
}

}  // namespace cudal1::cli
