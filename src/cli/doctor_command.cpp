// doctor: look → table.
#include "cudal1/cli/destination.h"
#include "cudal1/cli/doctor_report.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/screen.h"

namespace cudal1::cli {

ExitCode doctor_command(const Invocation& invocation, Screen& screen) {
  const Settings& settings = invocation.settings;
  if (!invocation.arguments.empty())
    throw UsageError("doctor takes no arguments, but '" + invocation.arguments[0] + "' was given",
                     "To look at a program: cudal1 check " + invocation.arguments[0]);
  if (settings.is_set("json") && settings.text("json") != "-")
    require_writable(settings.text("json"));
  if (settings.on("dry-run")) {
    screen.data(
        "The GPU, its driver, CUPTI, NVML, NVRTC, Torch, the isolation of workers and the cache would be looked for. Nothing "
        "was done: --dry-run.\n");
    return ExitCode::kDone;
  }
  const std::vector<Finding> findings = invocation.services.probe_machine();
  screen.report(render_doctor(findings, screen.report_style()));
  screen.write_json(settings.text("json"), doctor_to_json(invocation.argv, findings));
  return ability_of(findings) == Ability::kNothing ? ExitCode::kEnvironment : ExitCode::kDone;
}

}  // namespace cudal1::cli
