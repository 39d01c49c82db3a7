#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sandbox_parts.h"

namespace cudal1 {
namespace {

bool limit(int resource, uint64_t amount) {
  rlimit now{};
  if (::getrlimit(__rlimit_resource_t(resource), &now) != 0) return false;
  const rlim_t value = std::min<rlim_t>(amount, now.rlim_max);
  const rlimit wanted{value, value};
  return ::setrlimit(__rlimit_resource_t(resource), &wanted) == 0;
}

// Where memory runs out, the kernel ends a worker, not its parent or the user's desktop.
bool be_first_to_go() {
  const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, "1000", 4) == 4;
  ::close(fd);
  return written;
}

}  // namespace

void limit_amounts(const SandboxPolicy& policy, Isolation& isolation) {
  isolation.limits = true;
  const auto note = [&](const char* name, bool fine) {
    if (fine) return;
    isolation.limits = false;
    isolation.gaps.push_back(std::string("limits: ") + name + " (" + std::strerror(errno) + ")");
  };
  note("core dumps", limit(RLIMIT_CORE, 0));
  if (policy.address_space) note("address space", limit(RLIMIT_AS, *policy.address_space));
  if (policy.data) note("memory", limit(RLIMIT_DATA, *policy.data));
  if (policy.file_size) {
    ::signal(SIGXFSZ, SIG_IGN);  // a log that is full ends the talking, not the work
    note("file size", limit(RLIMIT_FSIZE, *policy.file_size));
  }
  if (policy.open_files) note("open files", limit(RLIMIT_NOFILE, *policy.open_files));
  if (!be_first_to_go()) isolation.gaps.push_back("limits: the order of the out-of-memory killer");
}

void drop_capabilities(Isolation& isolation) {
  // Files of others stay readable to root: the toolkit may be one of those.
  constexpr uint32_t kKept = 1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[2] = {};
  if (::syscall(SYS_capget, &header, sets) != 0) {
    isolation.gaps.push_back(std::string("privileges: capabilities (") + std::strerror(errno) +
                             ")");
    return;
  }
  const uint32_t kept = sets[0].permitted & kKept;
  sets[0] = {kept, kept, 0};
  sets[1] = {};
  if (::syscall(SYS_capset, &header, sets) != 0)
    isolation.gaps.push_back(std::string("privileges: capabilities (") + std::strerror(errno) +
                             ")");
}

}  // namespace cudal1
