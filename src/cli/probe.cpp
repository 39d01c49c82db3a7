#include "cudal1/cli/probe.h"

#include <functional>

#include "cudal1/cli/isolation.h"
#include "cudal1/cli/torch_library.h"
#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/gpu/probe.h"

namespace cudal1::cli {
namespace {

Need need_of(const std::string& name) {
  if (name == "NVRTC") return Need::kAlways;
  return name == "GPU" || name == "driver" ? Need::kForGpu : Need::kBetter;
}

// A missing thing says why, and what to do.
Finding looked_for(const std::string& name, const std::function<std::string()>& look) {
  Finding finding{.name = name, .need = Need::kAlways};
  try {
    finding.detail = look();
    finding.found = true;
  } catch (const Error& error) {
    finding.detail = error.what();
    finding.advice = error.advice();
  }
  return finding;
}

}  // namespace

std::vector<Finding> probe_machine() {
  std::vector<Finding> findings;
  for (const gpu::Probe& probe : gpu::probe_machine())
    findings.push_back({probe.name, probe.found, need_of(probe.name), probe.detail, probe.advice});
  findings.push_back(looked_for(
      "Torch", [] { return std::to_string(operator_catalog()->operators.size()) + " operators"; }));
  findings.push_back(probe_isolation());
  findings.push_back(looked_for("cache", [] { return cache_directory().string(); }));
  return findings;
}

}  // namespace cudal1::cli
