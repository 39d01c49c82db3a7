#include "cudal1/cli/isolation.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "cudal1/core/error.h"
#include "cudal1/core/subprocess.h"

namespace cudal1::cli {
namespace {

constexpr std::chrono::seconds kLimit{20};

// A sandbox that lets these through is none, whatever the kernel said when it was made.
void try_to_get_out(Isolation& isolation) {
  if (isolation.landlock_abi > 0 && ::open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0)
    isolation.gaps.push_back("files: /etc/passwd could still be opened");
  if (isolation.system_calls && ::socket(AF_INET, SOCK_STREAM, 0) >= 0)
    isolation.gaps.push_back("system calls: a socket could still be made");
}

std::string advice_for(const Isolation& isolation) {
  if (!isolation.wanted)
    return std::string("Candidates are compiled and run without protection. Unset ") +
           kSandboxVariable + ".";
  if (isolation.complete()) return "";
  std::string advice;
  if (isolation.landlock_abi == 0)
    advice +=
        "Sources you do not trust may read your files through the compiler. Use a kernel of 5.13 "
        "or later with Landlock switched on (lsm=landlock,… among its parameters) and a container "
        "that lets it through. ";
  if (!isolation.system_calls)
    advice += "Let the container use seccomp: its profile must allow the call seccomp. ";
  if (advice.empty()) advice = "Run sources you trust, or on a newer kernel. ";
  advice.pop_back();
  return advice;
}

}  // namespace

Finding isolation_finding(const Isolation& isolation) {
  Finding finding{.name = "isolation", .found = isolation.complete(), .need = Need::kBetter};
  finding.partly = !finding.found && !isolation.nothing();
  finding.detail = describe(isolation);
  finding.advice = advice_for(isolation);
  return finding;
}

Finding probe_isolation() {
  SpawnOptions spawn;
  spawn.argv = {executable_path().string(), "worker", "--isolation"};
  if (!sandbox_wanted()) spawn.environment = {std::string(kSandboxVariable) + "=off"};
  Subprocess worker(spawn);
  const auto isolation = decode_isolation(worker.channel().receive(kLimit).payload);
  if (isolation) return isolation_finding(*isolation);
  worker.kill();
  return {.name = "isolation",
          .need = Need::kBetter,
          .detail = "a worker that locks itself up ended early (" + worker.describe_end() + ")",
          .advice = std::string("Is the program's file readable? To work without isolation set ") +
                    kSandboxVariable + "=off."};
}

int isolation_worker_main() {
  SandboxPolicy policy;
  policy.calls = CallProfile::kCompute;
  policy.read = {"/proc/self"};
  Isolation isolation = enter_sandbox(policy);
  try_to_get_out(isolation);
  return Channel(kChildChannelFd).send(encode(isolation)) ? 0 : 1;
}

}  // namespace cudal1::cli
