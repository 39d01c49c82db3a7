#include "cudal1/core/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "cudal1/core/error.h"

namespace cudal1 {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> list;
  for (const std::string& text : strings) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

// Whatever the parent, or the shell that started it, holds open is none of a worker's business.
void close_from(int first) {
  if (::syscall(SYS_close_range, first, ~0u, 0) == 0) return;
  const int limit = int(::sysconf(_SC_OPEN_MAX));  // a kernel before 5.9
  for (int fd = first; fd < limit; ++fd) ::close(fd);
}

// What the child does between fork and exec: only async-signal-safe calls, no memory is allocated.
[[noreturn]] void become_child(char* const* argv, char* const* environment, int channel, int errors,
                               const char* directory) {
  ::setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGINT, SIG_IGN);  // Ctrl-C is the parent's to handle
  ::signal(SIGPIPE, SIG_DFL);
  if (errors >= 0) ::dup2(errors, STDERR_FILENO);
  if (channel != kChildChannelFd) ::dup2(channel, kChildChannelFd);
  else ::fcntl(channel, F_SETFD, 0);
  // stdin and stdout of a worker lead nowhere: results travel over the channel alone.
  const int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  close_from(kChildChannelFd + 1);
  if (directory && ::chdir(directory) != 0) ::_exit(127);
  ::execve(argv[0], argv, environment);
  ::_exit(127);
}

}  // namespace

Subprocess::Subprocess(const SpawnOptions& options) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw EnvironmentError(std::string("cannot make a socket pair: ") + std::strerror(errno));
  Channel ours(ends[0]), theirs(ends[1]);
  int errors = -1;
  if (options.stderr_file)
    errors = ::open(options.stderr_file->c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const auto argv = pointers(options.argv);
  const auto environment = pointers(options.environment);
  const char* directory = options.working_directory ? options.working_directory->c_str() : nullptr;
  pid_ = ::fork();
  if (pid_ == 0) become_child(argv.data(), environment.data(), theirs.get(), errors, directory);
  const int error = errno;
  if (errors >= 0) ::close(errors);
  if (pid_ < 0)
    throw EnvironmentError("cannot start '" + options.argv[0] + "': " + std::strerror(error),
                           "Is the limit on processes or memory reached?");
  ::setpgid(pid_, pid_);
  channel_ = std::move(ours);
}

Subprocess::~Subprocess() { kill(); }

Subprocess::Subprocess(Subprocess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_), channel_(std::move(other.channel_)) {}

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  if (this == &other) return *this;
  kill();
  pid_ = std::exchange(other.pid_, -1);
  status_ = other.status_;
  channel_ = std::move(other.channel_);
  return *this;
}

bool Subprocess::running() {
  if (pid_ < 0 || status_) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
  status_ = status;
  return false;
}

void Subprocess::kill() noexcept {
  if (pid_ < 0 || status_) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  status_ = status;
}

std::string Subprocess::describe_end() const {
  if (!status_) return "still running";
  if (WIFSIGNALED(*status_)) {
    const int signal = WTERMSIG(*status_);
    return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
  }
  return "exit code " + std::to_string(WEXITSTATUS(*status_));
}

void exit_with_parent() {
  // A descriptor of its own: the one that is handed over may be closed before this thread first looks.
  const int channel = ::fcntl(kChildChannelFd, F_DUPFD_CLOEXEC, 0);
  if (channel < 0) return;
  std::thread([channel] {
    pollfd hangup{channel, 0, 0};  // POLLHUP is reported without being asked for
    while (::poll(&hangup, 1, -1) <= 0 || !(hangup.revents & (POLLHUP | POLLERR))) {
    }
    ::_exit(0);
  }).detach();
}

std::filesystem::path executable_path() { return std::filesystem::read_symlink("/proc/self/exe"); }

}  // namespace cudal1
