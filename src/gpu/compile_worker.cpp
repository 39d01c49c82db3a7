#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compile_wire.h"
#include "cudal1/core/channel.h"
#include "cudal1/core/error.h"
#include "cudal1/core/sandbox.h"
#include "cudal1/core/subprocess.h"
#include "cudal1/gpu/compile_pool.h"
#include "toolkit.h"

namespace cudal1::gpu {
namespace {

constexpr uint64_t kMaxOpenFiles = 64;
constexpr rlim_t kDefaultCpuSeconds = 60;

rlim_t cpu_seconds_per_request() {
  const char* text = std::getenv(kCpuSecondsVariable);
  const long seconds = text ? std::strtol(text, nullptr, 10) : 0;
  return seconds > 0 ? rlim_t(seconds) : kDefaultCpuSeconds;
}

// The limit counts from the start of the process, so it moves with every request.
void limit_next_request(rlim_t seconds) {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  rlimit limit{};
  getrlimit(RLIMIT_CPU, &limit);
  limit.rlim_cur = rlim_t(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + seconds + 1;
  setrlimit(RLIMIT_CPU, &limit);
}

class Worker {
 public:
  // Loads NVRTC: once the worker is locked up that is too late.
  Worker() {
    try {
      compiler_.emplace();
    } catch (const Error& error) {
      trouble_ = {error.what(), error.advice()};
    }
  }

  std::vector<std::filesystem::path> reading() const {
    auto paths =
        places_of(compiler_ ? compiler_->include_paths() : std::vector<std::filesystem::path>());
    paths.emplace_back("/etc/localtime");  // __TIME__
    return paths;
  }

  WorkerReply answer(const std::string& payload) {
    const std::optional<CompileRequest> request = decode_request(payload);
    if (!request) return WorkerTrouble{"A compile worker got a request it cannot read.", ""};
    if (!compiler_) return trouble_;
    try {
      return compiler_->compile(*request);
    } catch (const Error& error) {
      return WorkerTrouble{error.what(), error.advice()};
    }
  }

 private:
  std::optional<Compiler> compiler_;
  WorkerTrouble trouble_;
};

Isolation lock_up(const Worker& worker) {
  SandboxPolicy policy;
  policy.calls = CallProfile::kCompile;
  policy.read = worker.reading();
  policy.address_space = kWorkerGibibytes << 30;
  policy.file_size = 0;
  policy.open_files = kMaxOpenFiles;
  const Isolation isolation = enter_sandbox(policy);
  clearenv();  // it said where NVRTC is
  return isolation;
}

}  // namespace

int compile_worker_main() {
  const rlim_t seconds = cpu_seconds_per_request();
  Worker worker;
  if (chdir("/") != 0) return 1;  // what a source names is relative to nothing of the user's
  Channel channel(kChildChannelFd);
  if (!channel.send(encode(lock_up(worker)))) return 0;
  exit_with_parent();  // a thread: it is locked up as well
  for (;;) {
    const Channel::Received request = channel.receive(std::nullopt);
    if (request.status != Channel::Status::kFrame) return 0;
    limit_next_request(seconds);
    if (!channel.send(encode_reply(worker.answer(request.payload)))) return 0;
  }
}

}  // namespace cudal1::gpu
