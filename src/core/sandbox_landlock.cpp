#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sandbox_parts.h"

namespace cudal1 {
namespace {

// Of linux/landlock.h, whose version on the machine that builds says nothing about the kernel that
// runs.
constexpr long kCreateRuleset = 444, kAddRule = 445, kRestrictSelf = 446;
constexpr uint32_t kAskVersion = 1, kRulePathBeneath = 1, kAllThreads = 1u << 3;
constexpr uint64_t kExecute = 1u << 0, kWriteFile = 1u << 1, kReadFile = 1u << 2,
                   kReadDir = 1u << 3;
constexpr uint64_t kRefer = 1u << 13, kTruncate = 1u << 14, kIoctlDevice = 1u << 15;
constexpr uint64_t kFilesOnly = kExecute | kWriteFile | kReadFile | kTruncate | kIoctlDevice;
constexpr uint64_t kFirstAbi = (1u << 13) - 1;

struct RulesetAttributes {
  uint64_t files, network, scopes;
};
struct __attribute__((packed)) PathBeneath {
  uint64_t allowed;
  int32_t parent;
};

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

// Everything that this version can forbid.
RulesetAttributes all_of(int abi) {
  RulesetAttributes all{kFirstAbi, 0, 0};
  if (abi >= 2) all.files |= kRefer;
  if (abi >= 3) all.files |= kTruncate;
  if (abi >= 4) all.network = 3;  // TCP bind, connect
  if (abi >= 5) all.files |= kIoctlDevice;
  if (abi >= 6) all.scopes = 3;  // abstract sockets and signals to processes outside
  return all;
}

size_t size_for(int abi) { return abi >= 6 ? 24 : abi >= 4 ? 16 : 8; }

bool allow(int ruleset, const std::filesystem::path& path, uint64_t access) {
  const Descriptor target{::open(path.c_str(), O_PATH | O_CLOEXEC)};
  if (target.fd < 0) return true;  // nothing there to allow
  struct stat status {};
  if (::fstat(target.fd, &status) != 0) return false;
  if (!S_ISDIR(status.st_mode)) access &= kFilesOnly;
  const PathBeneath rule{access, target.fd};
  return ::syscall(kAddRule, ruleset, kRulePathBeneath, &rule, 0) == 0;
}

size_t running_threads() {
  size_t count = 0;
  std::error_code ignored;
  for ([[maybe_unused]] const auto& task :
       std::filesystem::directory_iterator("/proc/self/task", ignored))
    ++count;
  return count;
}

std::string why() { return std::strerror(errno); }

}  // namespace

int landlock_abi() { return int(std::max(0l, ::syscall(kCreateRuleset, nullptr, 0, kAskVersion))); }

void confine_files(const SandboxPolicy& policy, Isolation& isolation) {
  const int abi = landlock_abi();
  if (abi == 0) {
    isolation.gaps.push_back("files: this kernel has no Landlock, or it is switched off (" + why() +
                             ")");
    return;
  }
  const RulesetAttributes handled = all_of(abi);
  const Descriptor ruleset{int(::syscall(kCreateRuleset, &handled, size_for(abi), 0))};
  const uint64_t reading = kExecute | kReadFile | kReadDir;
  bool fine = ruleset.fd >= 0;
  for (const auto& path : policy.read) fine = fine && allow(ruleset.fd, path, reading);
  for (const auto& path : policy.write)
    fine = fine && allow(ruleset.fd, path, handled.files & ~kExecute);
  const size_t threads = running_threads();
  const bool all = abi >= 8 && fine && ::syscall(kRestrictSelf, ruleset.fd, kAllThreads) == 0;
  if (!fine || (!all && ::syscall(kRestrictSelf, ruleset.fd, 0) != 0)) {
    isolation.gaps.push_back("files: Landlock refused (" + why() + ")");
    return;
  }
  isolation.landlock_abi = abi;
  if (!all && threads > 1)
    isolation.gaps.push_back("files: " + std::to_string(threads - 1) +
                             " threads that ran before keep their access");
  if (abi < 3)
    isolation.gaps.push_back("files: Landlock " + std::to_string(abi) +
                             " cannot forbid truncation");
}

}  // namespace cudal1
