#include "launch_check.h"

#include <string>

#include "dims.h"

namespace cudal1::sim {
namespace {

Fault bad_launch(const Launch& launch, const std::string& why) {
  return {FaultKind::kBadLaunch,
          "kernel " + std::string(launch.kernel) + " cannot be launched: " + why, "", 0};
}

}  // namespace

std::optional<Fault> check_launch(const Module::Impl& module, const Launch& launch) {
  const Function* kernel = module.kernel(launch.kernel);
  if (!kernel) return bad_launch(launch, "the module has no kernel of that name");
  const Dim3 g = launch.grid, b = launch.block;
  if (g.count() == 0 || b.count() == 0)
    return bad_launch(launch, "grid " + to_text(g) + " or block " + to_text(b) + " has a zero");
  if (g.x > 0x7fffffffu || g.y > 65535 || g.z > 65535)
    return bad_launch(launch, "grid " + to_text(g) + " is over (2147483647,65535,65535)");
  if (b.x > 1024 || b.y > 1024 || b.z > 64 || b.count() > 1024)
    return bad_launch(launch, "block " + to_text(b) + " is over 1024 threads or (1024,1024,64)");
  const uint32_t limit = kernel->parsed.max_threads;
  if (limit != 0 && b.count() > limit)
    return bad_launch(launch, "block " + to_text(b) + " has " + std::to_string(b.count()) +
                                  " threads, more than the kernel's launch bound of " +
                                  std::to_string(limit));
  const uint64_t shared = uint64_t(kernel->shared_bytes) + launch.dynamic_shared;
  if (shared > kMaxShared)
    return bad_launch(launch, std::to_string(shared) +
                                  " bytes of shared memory per block are over " +
                                  std::to_string(kMaxShared));
  if (launch.params.size() != kernel->param_bytes)
    return bad_launch(launch, "its parameters take " + std::to_string(kernel->param_bytes) +
                                  " bytes, given were " + std::to_string(launch.params.size()));
  return std::nullopt;
}

}  // namespace cudal1::sim
