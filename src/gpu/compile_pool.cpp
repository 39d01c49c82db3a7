#include "cudal1/gpu/compile_pool.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "compile_wire.h"
#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/core/log.h"
#include "cudal1/core/sandbox.h"
#include "cudal1/core/subprocess.h"
#include "local_headers.h"

namespace cudal1::gpu {
namespace {

using std::chrono::milliseconds;

constexpr size_t kMaxSourceBytes = 16u << 20;
constexpr milliseconds kStartLimit{60'000};  // to load NVRTC, on a cold disk

// All that a worker gets to see of the environment: what finding NVRTC needs.
std::vector<std::string> worker_environment(milliseconds timeout) {
  std::vector<std::string> environment;
  for (const char* name :
       {"CUDAL1_NVRTC", "CUDA_HOME", "CUDA_PATH", "LD_LIBRARY_PATH", kSandboxVariable})
    if (const char* value = std::getenv(name))
      environment.push_back(std::string(name) + "=" + value);
  const long seconds = long(std::chrono::ceil<std::chrono::seconds>(timeout).count());
  environment.push_back(std::string(kCpuSecondsVariable) + "=" + std::to_string(seconds));
  return environment;
}

int worker_count(int asked) {
  if (asked > 0) return asked;
  // At least two: one that chews on a hopeless source does not hold up all others.
  return std::clamp(int(std::thread::hardware_concurrency()) / 2, 2, 16);
}

std::string in_seconds(milliseconds time) {
  std::string text = std::to_string(double(time.count()) / 1000);
  text.erase(text.find('.') + 2);
  return text + " s";
}

CompileError failure(std::string message) {
  CompileError error;
  error.message = message;
  error.log = std::move(message);
  return error;
}

// Why a compilation has cost its worker's life.
std::string end_of_worker(const Subprocess& process, const CompilePoolOptions& options) {
  const int status = process.status().value_or(0);
  switch (WIFSIGNALED(status) ? WTERMSIG(status) : 0) {
    case SIGXCPU:
      return "the compilation took more than " + in_seconds(options.timeout) +
             " of processor time and was stopped";
    case SIGABRT:
      return "the compiler gave up on this source, as it does when it needs more than " +
             std::to_string(kWorkerGibibytes) + " GiB of memory";
    case SIGSYS:
      return "the compiler was made to do what no compiler needs, and was stopped";
    default:
      return "the compiler died on this source: " + process.describe_end();
  }
}

// `judged`: by the compiler itself, so that it holds tomorrow as well; not so a lost worker.
struct Answer {
  CompileOutcome outcome;
  bool judged = false;
};

// One worker process, started when its first request comes and again after it was lost.
class WorkerSlot {
 public:
  Answer compile(const CompilePoolOptions& options, const std::string& request) {
    if ((!process_ || !process_->running()) && !start(options)) return {lost(options)};
    if (!process_->channel().send(request)) return {lost(options)};
    const Channel::Received received = process_->channel().receive(options.timeout);
    if (received.status == Channel::Status::kTimeout) {
      process_.reset();
      return {failure("the compilation took longer than " + in_seconds(options.timeout) +
                      " and was stopped")};
    }
    if (received.status == Channel::Status::kClosed) return {lost(options)};
    const std::optional<WorkerReply> reply = decode_reply(received.payload);
    if (!reply) {
      process_.reset();
      return {failure("the compile worker's answer cannot be read")};
    }
    if (!*reply) throw EnvironmentError(reply->error().what, reply->error().advice);
    return {**reply, true};
  }

 private:
  // False when the worker ended before it was ready.
  bool start(const CompilePoolOptions& options) {
    const std::string& worker = options.worker_command.front();
    if (access(worker.c_str(), X_OK) != 0)
      throw EnvironmentError("The compile worker " + worker + " cannot be run.",
                             "Was the program moved or replaced?");
    SpawnOptions spawn;
    spawn.argv = options.worker_command;
    spawn.environment = worker_environment(options.timeout);
    spawn.stderr_file =
        "/dev/null";  // a dying compiler talks; the pool reports its end in one line
    process_.emplace(spawn);
    const Channel::Received hello = process_->channel().receive(kStartLimit);
    const auto isolation = decode_isolation(hello.payload);
    if (isolation) log::debug("compile worker: isolated: " + describe(*isolation));
    return isolation.has_value();
  }

  CompileError lost(const CompilePoolOptions& options) {
    process_->kill();
    CompileError error = failure(end_of_worker(*process_, options));
    process_.reset();
    return error;
  }

  std::optional<Subprocess> process_;
};

}  // namespace

struct CompilePool::Impl {
  explicit Impl(CompilePoolOptions given)
      : options(complete(std::move(given))), cache(options.cache_directory) {
    slots.resize(size_t(options.workers));
    for (WorkerSlot& slot : slots) idle.push_back(&slot);
  }

  static CompilePoolOptions complete(CompilePoolOptions options) {
    options.workers = worker_count(options.workers);
    if (options.cache_directory.empty())
      options.cache_directory = cudal1::cache_directory() / "modules";
    if (options.worker_command.empty())
      options.worker_command = {executable_path().string(), "worker", "--compile"};
    return options;
  }

  CompileOutcome compile(const CompileRequest& asked) {
    CompileRequest request = asked;
    request.headers = headers_of(asked);
    if (request.source.size() > kMaxSourceBytes)
      return failure("the source has " + std::to_string(request.source.size()) +
                     " bytes, at most " + std::to_string(kMaxSourceBytes) + " are compiled");
    if (!options.use_cache) return compile_now(request).outcome;
    const std::string key = cache_key(request, compiler_identity());
    const InFlight turn(*this, key);  // a twin of this request waits here, then finds its answer
    if (std::optional<CompileOutcome> known = cache.find(key)) return *known;
    const Answer answer = compile_now(request);
    if (answer.judged) cache.store(key, answer.outcome);
    return answer.outcome;
  }

  Answer compile_now(const CompileRequest& request) {
    const Loan loan(*this);
    return loan.slot->compile(options, encode_request(request));
  }

  // Opening the library costs a few ms, so only once something asks.
  std::string compiler_identity() {
    const std::lock_guard lock(mutex);
    if (!identity) identity = Compiler().identity();
    return *identity;
  }

  // A slot for the time of one request.
  struct Loan {
    explicit Loan(Impl& pool) : pool(pool) {
      std::unique_lock lock(pool.mutex);
      pool.changed.wait(lock, [&] { return !pool.idle.empty(); });
      slot = pool.idle.back();  // the last one used is running already
      pool.idle.pop_back();
    }
    ~Loan() {
      const std::lock_guard lock(pool.mutex);
      pool.idle.push_back(slot);
      pool.changed.notify_all();
    }
    Loan(const Loan&) = delete;
    Impl& pool;
    WorkerSlot* slot;
  };

  struct InFlight {
    InFlight(Impl& pool, std::string name) : pool(pool), key(std::move(name)) {
      std::unique_lock lock(pool.mutex);
      pool.changed.wait(lock, [&] { return pool.in_flight.insert(key).second; });
    }
    ~InFlight() {
      const std::lock_guard lock(pool.mutex);
      pool.in_flight.erase(key);
      pool.changed.notify_all();
    }
    InFlight(const InFlight&) = delete;
    Impl& pool;
    const std::string key;
  };

  const CompilePoolOptions options;
  const CompileCache cache;
  std::vector<WorkerSlot> slots;
  std::mutex mutex;  // guards all below
  std::condition_variable changed;
  std::vector<WorkerSlot*> idle;
  std::set<std::string> in_flight;
  std::optional<std::string> identity;
};

CompilePool::CompilePool(CompilePoolOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {}
CompilePool::~CompilePool() = default;

CompileOutcome CompilePool::compile(const CompileRequest& request) {
  return impl_->compile(request);
}

}  // namespace cudal1::gpu
