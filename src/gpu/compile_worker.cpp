#include <sys/resource.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "compile_wire.h"
#include "cudal1/core/channel.h"
#include "cudal1/core/error.h"
#include "cudal1/core/subprocess.h"
#include "cudal1/gpu/compile_pool.h"

namespace cudal1::gpu {
namespace {

// A template bomb took 1.6 GB; cub peaks below 1 GB.
constexpr rlim_t kMaxAddressSpace = 6ull << 30;
constexpr rlim_t kDefaultCpuSeconds = 60;

void limit_memory() {
  const rlimit limit{kMaxAddressSpace, kMaxAddressSpace};
  setrlimit(RLIMIT_AS, &limit);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
}

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
  WorkerReply answer(const std::string& payload) {
    const std::optional<CompileRequest> request = decode_request(payload);
    if (!request) return WorkerTrouble{"A compile worker got a request it cannot read.", ""};
    try {
      if (!compiler_) compiler_.emplace();
      return compiler_->compile(*request);
    } catch (const Error& error) {
      return WorkerTrouble{error.what(), error.advice()};
    }
  }

 private:
  std::optional<Compiler> compiler_;
};

}  // namespace

int compile_worker_main() {
  exit_with_parent();
  limit_memory();
  const rlim_t seconds = cpu_seconds_per_request();
  Channel channel(kChildChannelFd);
  Worker worker;
  for (;;) {
    const Channel::Received request = channel.receive(std::nullopt);
    if (request.status != Channel::Status::kFrame) return 0;
    limit_next_request(seconds);
    if (!channel.send(encode_reply(worker.answer(request.payload)))) return 0;
  }
}

}  // namespace cudal1::gpu
