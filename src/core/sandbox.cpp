#include "cudal1/core/sandbox.h"

#include <link.h>
#include <sys/prctl.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>

#include "cudal1/core/subprocess.h"
#include "sandbox_parts.h"

namespace cudal1 {
namespace fs = std::filesystem;
namespace {

// Files that libraries look at when they start; none tells about the user or about other processes.
constexpr const char* kSystem[] = {"/lib",
                                   "/lib64",
                                   "/usr/lib",
                                   "/usr/lib64",
                                   "/usr/local/lib",
                                   "/etc/ld.so.cache",
                                   "/etc/localtime",
                                   "/usr/share/zoneinfo",
                                   "/dev/null",
                                   "/dev/zero",
                                   "/dev/urandom",
                                   "/proc/self",
                                   "/proc/cpuinfo",
                                   "/proc/meminfo",
                                   "/proc/stat",
                                   "/proc/sys/vm",
                                   "/proc/sys/kernel/osrelease",
                                   "/sys/devices/system/cpu",
                                   "/sys/devices/system/node",
                                   "/sys/kernel/mm/transparent_hugepage"};

int add_folder(dl_phdr_info* library, size_t, void* folders) {
  const fs::path path = library->dlpi_name;
  if (!path.is_absolute()) return 0;
  auto& all = *static_cast<std::set<fs::path>*>(folders);
  all.insert(path.parent_path());
  std::error_code failed;  // an installation may be made of links to files elsewhere
  const fs::path real = fs::canonical(path, failed);
  if (!failed) all.insert(real.parent_path());
  return 0;
}

// One word each; the order is that of encode().
constexpr const char* kWords[] = {"wanted", "calls", "privileges", "limits"};

bool* flag(Isolation& isolation, size_t index) {
  bool* flags[] = {&isolation.wanted, &isolation.system_calls, &isolation.no_new_privileges,
                   &isolation.limits};
  return flags[index];
}

std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

bool Isolation::complete() const {
  return wanted && landlock_abi > 0 && system_calls && no_new_privileges && limits && gaps.empty();
}
bool Isolation::nothing() const { return landlock_abi == 0 && !system_calls; }

bool sandbox_wanted() {
  const char* value = std::getenv(kSandboxVariable);
  return !value || std::string_view(value) != "off";
}

Isolation enter_sandbox(const SandboxPolicy& policy) {
  Isolation isolation;
  isolation.wanted = sandbox_wanted();
  limit_amounts(policy,
                isolation);  // these cost no debugging: they hold without the sandbox as well
  if (!isolation.wanted) {
    isolation.gaps.push_back(std::string("everything else: ") + kSandboxVariable + "=off");
    return isolation;
  }
  isolation.no_new_privileges = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  if (!isolation.no_new_privileges) isolation.gaps.push_back("privileges: no_new_privs is refused");
  confine_files(policy, isolation);
  if (policy.calls != CallProfile::kDevice) drop_capabilities(isolation);
  if (policy.calls == CallProfile::kCompile) answer_trapped_calls();
  filter_calls(policy.calls, isolation);
  return isolation;
}

std::string describe(const Isolation& isolation) {
  std::string text;
  const auto add = [&](bool there, const std::string& what) {
    if (there) text += (text.empty() ? "" : ", ") + what;
  };
  add(isolation.landlock_abi > 0,
      "files (Landlock " + std::to_string(isolation.landlock_abi) + ")");
  add(isolation.system_calls, "system calls (seccomp)");
  add(isolation.no_new_privileges, "privileges");
  add(isolation.limits, "limits");
  if (text.empty()) text = "nothing";
  for (const std::string& gap : isolation.gaps) text += "; not " + gap;
  return text;
}

std::string encode(const Isolation& isolation) {
  Isolation copy = isolation;
  std::string text = std::to_string(isolation.landlock_abi) + "\n";
  for (size_t i = 0; i < std::size(kWords); ++i)
    text += std::string(*flag(copy, i) ? "+" : "-") + kWords[i] + "\n";
  for (const std::string& gap : isolation.gaps) text += gap + "\n";
  return text;
}

std::optional<Isolation> decode_isolation(std::string_view text) {
  Isolation isolation;
  const std::string_view abi = take_line(text);
  const auto [end, status] =
      std::from_chars(abi.data(), abi.data() + abi.size(), isolation.landlock_abi);
  if (status != std::errc() || end != abi.data() + abi.size()) return std::nullopt;
  for (size_t i = 0; i < std::size(kWords); ++i) {
    const std::string_view line = take_line(text);
    if (line.empty() || line.substr(1) != kWords[i]) return std::nullopt;
    *flag(isolation, i) = line[0] == '+';
  }
  while (!text.empty()) isolation.gaps.emplace_back(take_line(text));
  return isolation;
}

std::vector<fs::path> system_reading() {
  std::set<fs::path> folders;
  ::dl_iterate_phdr(add_folder, &folders);
  folders.erase(executable_path().parent_path());
  std::vector<fs::path> all(std::begin(kSystem), std::end(kSystem));
  all.insert(all.end(), folders.begin(), folders.end());
  return all;
}

}  // namespace cudal1
