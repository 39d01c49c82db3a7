// A child for sandbox_test: "enter PROFILE FOLDER" locks it up with FOLDER readable, any other
// frame is an attack by name with its argument; the answer is "done" where it succeeded, else why
// not.
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <thread>

#include "cudal1/core/channel.h"
#include "cudal1/core/sandbox.h"
#include "cudal1/core/subprocess.h"

namespace {

using Argument = const std::string&;

std::string outcome(bool succeeded) { return succeeded ? "done" : std::strerror(errno); }

std::string read_first_byte(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY);
  char byte;
  return outcome(fd >= 0 && ::read(fd, &byte, 1) == 1);
}

std::string of_parent(const char* file) {
  return "/proc/" + std::to_string(::getppid()) + "/" + file;
}

std::string fork_once(Argument) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  return outcome(child > 0 && ::waitpid(child, nullptr, 0) == child);
}

std::string connect_to(Argument port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(uint16_t(std::stoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return outcome(fd >= 0 &&
                 ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

std::string take_memory(Argument gibibytes) {
  const size_t bytes = size_t(std::stoi(gibibytes)) << 30;
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return outcome(memory != MAP_FAILED);
}

std::string executable_memory(Argument) {
  return outcome(::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
                 MAP_FAILED);
}

std::string map_library(Argument path) {
  const int fd = ::open(path.c_str(), O_RDONLY);
  return outcome(fd >= 0 &&
                 ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED);
}

std::string threads(Argument) {
  int sum = 0;
  std::thread([&] { sum = 1; }).join();
  return outcome(sum == 1);
}

// Keeps one processor busy for ever.
[[noreturn]] std::string spin(Argument) {
  for (volatile bool on = true; on;) {
  }
  std::abort();
}

[[noreturn]] std::string burn(Argument) {
  const rlimit one_second{1, 2};
  ::setrlimit(RLIMIT_CPU, &one_second);
  spin("");
}

std::string raise_limits(Argument) {
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  return outcome(::setrlimit(RLIMIT_AS, &all) == 0);
}

const std::map<std::string, std::function<std::string(Argument)>> kAttacks = {
    {"read", read_first_byte},
    {"write",
     [](Argument path) { return outcome(::open(path.c_str(), O_WRONLY | O_CREAT, 0600) >= 0); }},
    {"append",
     [](Argument path) { return outcome(::open(path.c_str(), O_WRONLY | O_APPEND) >= 0); }},
    {"truncate", [](Argument path) { return outcome(::truncate(path.c_str(), 0) == 0); }},
    {"unlink", [](Argument path) { return outcome(::unlink(path.c_str()) == 0); }},
    {"link", [](Argument path) { return outcome(::symlink("/etc", path.c_str()) == 0); }},
    {"stat",
     [](Argument path) {
       struct stat s;
       return outcome(::stat(path.c_str(), &s) == 0);
     }},
    {"access", [](Argument path) { return outcome(::access(path.c_str(), F_OK) == 0); }},
    {"path_only", [](Argument path) { return outcome(::open(path.c_str(), O_PATH) >= 0); }},
    {"socket", [](Argument) { return outcome(::socket(AF_INET, SOCK_STREAM, 0) >= 0); }},
    {"unix_socket", [](Argument) { return outcome(::socket(AF_UNIX, SOCK_STREAM, 0) >= 0); }},
    {"connect", connect_to},
    {"execve",
     [](Argument path) {
       char* none[] = {nullptr};
       ::execve(path.c_str(), none, none);
       return outcome(false);
     }},
    {"fork", fork_once},
    {"kill_parent", [](Argument) { return outcome(::kill(::getppid(), 0) == 0); }},
    {"parent_memory",
     [](Argument) { return outcome(::open(of_parent("mem").c_str(), O_RDONLY) >= 0); }},
    {"parent_environ", [](Argument) { return read_first_byte(of_parent("environ")); }},
    {"ptrace",
     [](Argument) {
       return outcome(::ptrace(PTRACE_SEIZE, ::getppid(), 0, 0) == 0 &&
                      ::ptrace(PTRACE_DETACH, ::getppid(), 0, 0) <= 0);
     }},
    {"keyctl",
     [](Argument) { return outcome(::syscall(SYS_add_key, "user", "cudal1", "x", 1, -3) >= 0); }},
    {"unshare", [](Argument) { return outcome(::unshare(CLONE_FILES) == 0); }},
    {"userfaultfd", [](Argument) { return outcome(::syscall(SYS_userfaultfd, 1) >= 0); }},
    {"memory", take_memory},
    {"executable", executable_memory},
    {"library", map_library},
    {"threads", threads},
    {"burn", burn},
    {"spin", spin},
    {"raise_limits", raise_limits},
    {"descriptor", [](Argument fd) { return outcome(::fcntl(std::stoi(fd), F_GETFD) >= 0); }},
    {"abort", [](Argument) -> std::string { std::abort(); }},
};

cudal1::CallProfile profile(const std::string& name) {
  if (name == "compute") return cudal1::CallProfile::kCompute;
  return name == "device" ? cudal1::CallProfile::kDevice : cudal1::CallProfile::kCompile;
}

std::string enter(const std::string& name, const std::string& folder) {
  cudal1::SandboxPolicy policy;
  policy.calls = profile(name);
  policy.read = {folder, "/lib", "/usr/lib"};
  if (policy.calls == cudal1::CallProfile::kDevice) policy.write = {folder};
  policy.address_space = 2ull << 30;
  return cudal1::encode(cudal1::enter_sandbox(policy));
}

}  // namespace

int main() {
  cudal1::Channel channel(cudal1::kChildChannelFd);
  for (;;) {
    const auto received = channel.receive(std::nullopt);
    if (received.status != cudal1::Channel::Status::kFrame) return 0;
    std::istringstream words(received.payload);
    std::string what, first, second;
    words >> what >> first >> second;
    channel.send(what == "enter" ? enter(first, second) : kAttacks.at(what)(first));
  }
}
