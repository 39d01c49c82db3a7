#include "worker_sandbox.h"

#include <sys/sysinfo.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

namespace cudal1::evaluate {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kMaxLogBytes = 64u << 20;
constexpr uint64_t kMaxOpenFiles = 256;

// More than there is cannot be used, only asked for: an allocation fails before the system is out
// of memory.
uint64_t memory_of_this_machine() {
  struct sysinfo info {};
  if (::sysinfo(&info) != 0) return UINT64_MAX;
  return uint64_t(info.totalram) * info.mem_unit;
}

// Of the driver, its libraries and CUPTI, which open some of them late.
constexpr const char* kDriverReads[] = {"/proc/driver",
                                        "/proc/devices",
                                        "/proc/modules",
                                        "/proc/sys",
                                        "/sys",
                                        "/etc/nvidia",
                                        "/usr/share/nvidia",
                                        "/run/nvidia-persistenced",
                                        "/usr/local/cuda",
                                        "/usr/local/nvidia"};

// Not every "nv": a disk is an nvme.
bool is_gpu(const std::string& name) {
  constexpr std::array kPrefixes = {"nvidia", "nvhost", "nvmap", "nvgpu", "nvsciipc", "dxg"};
  return std::any_of(kPrefixes.begin(), kPrefixes.end(),
                     [&](const char* prefix) { return name.starts_with(prefix); });
}

std::vector<fs::path> device_files() {
  std::vector<fs::path> files = {"/dev/null", "/dev/zero", "/dev/shm"};
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/dev", ignored))
    if (is_gpu(entry.path().filename().string())) files.push_back(entry.path());
  return files;
}

// The folders that the user points the loader to.
void add_named_folders(std::vector<fs::path>& folders) {
  for (const char* name : {"LD_LIBRARY_PATH", "CUDA_HOME", "CUDA_PATH"}) {
    const char* value = std::getenv(name);
    std::istringstream parts(value ? value : "");
    for (std::string part; std::getline(parts, part, ':');)
      if (part.starts_with("/") && part != "/") folders.emplace_back(part);
  }
}

SandboxPolicy sim_policy() {
  SandboxPolicy policy;
  policy.calls = CallProfile::kCompute;
  policy.read = system_reading();
  policy.data = memory_of_this_machine();
  policy.file_size = kMaxLogBytes;
  policy.open_files = kMaxOpenFiles;
  return policy;
}

// A driver maps far more than it uses, and its shared memory counts as files: amounts stay without
// limits.
SandboxPolicy cuda_policy() {
  SandboxPolicy policy;
  policy.calls = CallProfile::kDevice;
  policy.read = system_reading();
  policy.read.insert(policy.read.end(), std::begin(kDriverReads), std::end(kDriverReads));
  add_named_folders(policy.read);
  policy.write = device_files();
  // The driver's cache of compiled kernels.
  if (const char* home = std::getenv("HOME")) policy.write.push_back(fs::path(home) / ".nv");
  return policy;
}

}  // namespace

SandboxPolicy worker_policy(DeviceKind device) {
  return device == DeviceKind::kCuda ? cuda_policy() : sim_policy();
}

}  // namespace cudal1::evaluate
