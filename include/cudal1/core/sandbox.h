// A process gives up, for good, what its work does not need: files (Landlock), system calls
// (seccomp), privileges and amounts (limits). Each is taken where the kernel has it; what is really
// in force is said, never assumed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1 {

// Which system calls stay. All have memory, threads, clocks, reading files and talking over
// descriptors that are open already; none has sockets to the network, other processes, or changes
// to the system. A refused call returns EPERM, so that libraries do without; one that only an
// attack makes ends the process.
enum class CallProfile {
  kCompile,  // no writing, no new executable memory; a file that may not be read does not exist
  kCompute,  // no writing; libraries may be opened and code generated
  kDevice,   // also ioctl, shared memory and writing where `write` allows it: what a GPU's driver
             // lives on
};

struct SandboxPolicy {
  CallProfile calls = CallProfile::kCompile;
  std::vector<std::filesystem::path>
      read;  // files, and folders with all below: to read and to map. Missing ones: no matter
  std::vector<std::filesystem::path> write;  // to change as well; device files
  std::optional<uint64_t> address_space;     // bytes, RLIMIT_AS
  std::optional<uint64_t> data;              // bytes, RLIMIT_DATA: memory that is written to
  std::optional<uint64_t> file_size;         // bytes, RLIMIT_FSIZE
  std::optional<uint64_t> open_files;        // RLIMIT_NOFILE
};

struct Isolation {
  bool wanted = true;    // false: CUDAL1_SANDBOX=off
  int landlock_abi = 0;  // 0: files are not confined
  bool system_calls = false;
  bool no_new_privileges = false;
  bool limits = false;
  std::vector<std::string> gaps;  // what is not in force, and why

  bool complete() const;
  bool nothing() const;
};

// Threads that run already are brought under the system call filter; under Landlock only where the
// kernel can (ABI 8), else that is a gap: enter before threads are made. Not to be undone. Never
// throws for what a kernel lacks.
Isolation enter_sandbox(const SandboxPolicy& policy);

// False when the user set CUDAL1_SANDBOX=off, to debug.
constexpr char kSandboxVariable[] = "CUDAL1_SANDBOX";
bool sandbox_wanted();

// "files (Landlock 7), system calls, privileges, limits", then the gaps.
std::string describe(const Isolation& isolation);
// To hand it from a worker to its parent; nullopt when malformed.
std::string encode(const Isolation& isolation);
std::optional<Isolation> decode_isolation(std::string_view text);

// What a program on this system reads to load libraries and to learn about its machine: the
// system's library folders, the folders of all libraries that are loaded now but the program's own,
// a few files of /etc, /proc and /sys.
std::vector<std::filesystem::path> system_reading();

}  // namespace cudal1
