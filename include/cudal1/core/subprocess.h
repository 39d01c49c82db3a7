// A child process that talks over one Channel on its file descriptor 3 and is never waited for without a limit.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cudal1/core/channel.h"

namespace cudal1 {

struct SpawnOptions {
  std::vector<std::string> argv;                      // argv[0] is the path that is run
  std::vector<std::string> environment;               // NAME=value; exactly these
  std::optional<std::filesystem::path> stderr_file;   // else inherited
  std::optional<std::filesystem::path> working_directory;
};

// The child's descriptor for its Channel.
constexpr int kChildChannelFd = 3;

// Owns one child. The destructor kills and reaps it.
class Subprocess {
 public:
  // EnvironmentError when the process cannot be started.
  explicit Subprocess(const SpawnOptions& options);
  ~Subprocess();
  Subprocess(Subprocess&& other) noexcept;
  Subprocess& operator=(Subprocess&& other) noexcept;

  Channel& channel() { return channel_; }
  pid_t pid() const { return pid_; }
  bool running();
  // SIGKILL to the child's process group, then reap.
  void kill() noexcept;
  // Exit status as of waitpid, once it has ended.
  std::optional<int> status() const { return status_; }
  // "exit code 3" or "signal 11 (Segmentation fault)".
  std::string describe_end() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
  Channel channel_{-1};
};

// For the child: ends this process as soon as the parent's end of the channel is gone, whatever the other threads
// are doing. (PR_SET_PDEATHSIG would fire when the parent's *thread* that spawned us ends.)
void exit_with_parent();

// Absolute path of the running executable.
std::filesystem::path executable_path();

}  // namespace cudal1
