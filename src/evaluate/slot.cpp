#include "slot.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "cudal1/core/elapsed.h"
#include "cudal1/core/error.h"
#include "cudal1/core/log.h"
#include "cudal1/core/rng.h"
#include "cudal1/core/sandbox.h"

namespace cudal1::evaluate {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kStartLimit = 60;  // seconds to load libtorch and make a context
constexpr size_t kMostSpares = 3;

// A worker sees nothing of the user's environment but what its libraries need.
std::vector<std::string> environment() {
  std::vector<std::string> kept;
  for (const char* name :
       {"PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "CUDA_HOME", "CUDA_PATH", "CUDAL1_NVRTC",
        "HOME", "TMPDIR", "XDG_CACHE_HOME", "CUDAL1_CACHE_DIR", kSandboxVariable})
    if (const char* value = std::getenv(name)) kept.push_back(std::string(name) + "=" + value);
  kept.push_back("CUDA_MODULE_LOADING=LAZY");
  kept.push_back("NCCL_NVLS_ENABLE=0");
  return kept;
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g s", seconds);
  return text;
}

// Where an evaluation's time goes, for --verbose.
void log_phase(const Phase& phase, Clock::time_point begun) {
  char text[160];
  std::snprintf(text, sizeof text, "%7.1f ms  %s",
                std::chrono::duration<double, std::milli>(Clock::now() - begun).count(),
                phase.name.c_str());
  log::debug(text);
}

std::chrono::milliseconds as_milliseconds(double seconds) {
  return std::chrono::milliseconds(int64_t(seconds * 1000));
}

std::chrono::milliseconds left_until(Clock::time_point deadline) {
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()));
}

}  // namespace

Slot::Slot(SlotOptions options, CompileService& compiler)
    : options_(std::move(options)), compiler_(compiler) {}
Slot::~Slot() = default;

Slot::Worker Slot::start() const {
  SpawnOptions spawn;
  spawn.argv = {executable_path().string(), "worker", "--evaluate"};
  spawn.environment = environment();
  spawn.stderr_file = options_.log.empty() ? std::filesystem::path("/dev/null") : options_.log;
  auto worker = std::make_unique<Subprocess>(spawn);
  worker->channel().send(encode(options_.open));
  return worker;
}

Slot::Worker Slot::next() {
  if (spares_.empty()) return start();
  Worker oldest = std::move(spares_.front());
  spares_.pop_front();
  return oldest;
}

// A context on a GPU takes a second to make: have the next one in hand, and more while candidates
// break one after another. The sim's is cheap.
void Slot::stock_up() {
  if (options_.open.device != DeviceKind::kCuda) return;
  while (spares_.size() < std::min(1 + losses_, kMostSpares)) spares_.push_back(start());
}

// The worker, past its Ready.
Slot::Worker& Slot::ready() {
  if (!worker_) worker_ = next();
  if (opened_) return worker_;
  const auto frame = worker_->channel().receive(as_milliseconds(kStartLimit));
  const auto message =
      frame.status == Channel::Status::kFrame ? decode_from_worker(frame.payload) : std::nullopt;
  if (message && std::holds_alternative<Broken>(*message)) {
    const Broken broken = std::get<Broken>(*message);
    replace();
    throw EnvironmentError(broken.message, broken.advice);
  }
  if (!message || !std::holds_alternative<Ready>(*message)) {
    worker_->kill();
    const std::string end = worker_->describe_end();
    replace();
    throw EnvironmentError("the evaluation worker did not start (" + end + ")",
                           "Run `cudal1 doctor`; with --verbose the worker's log is kept.");
  }
  const Ready& opened = std::get<Ready>(*message);
  device_ = opened.device;
  log::debug("evaluation worker: isolated: " + describe(opened.isolation));
  opened_ = true;
  return worker_;
}

std::string Slot::device() {
  ready();
  return device_;
}

void Slot::replace() {
  worker_.reset();
  opened_ = false;
}

// A candidate has ended it or made it useless.
void Slot::lose() {
  replace();
  ++losses_;
}

void Slot::renew() {
  replace();
  spares_.clear();
}

Evaluation Slot::converse(const EvaluateRequest& request) {
  Worker& worker = ready();
  stock_up();
  Evaluation lost;
  lost.task_id = request.task.id();
  lost.candidate_id = request.candidate.id();
  lost.seed = request.seed;
  Phase phase{"the start", kStartLimit, 0};
  auto begun = Clock::now();
  auto deadline = begun + as_milliseconds(phase.limit_seconds);
  if (!worker->channel().send(encode(FromParent(request)))) {
    replace();
    lost.verdict = WorkerDied{"the worker was gone before the evaluation began"};
    return lost;
  }
  for (;;) {
    const auto frame = worker->channel().receive(left_until(deadline));
    auto message =
        frame.status == Channel::Status::kFrame ? decode_from_worker(frame.payload) : std::nullopt;
    auto* next = message ? std::get_if<Phase>(&*message) : nullptr;
    // A program that launches one kernel after another without end is never silent.
    const bool endless = next && next->within && Clock::now() > deadline;
    if (frame.status == Channel::Status::kTimeout || endless) {
      lose();
      lost.verdict =
          TimedOut{phase.name + " did not end within " + seconds_text(phase.limit_seconds),
                   phase.line, phase.limit_seconds};
      return lost;
    }
    if (!message) {
      worker->kill();
      const std::string end = worker->describe_end();
      lose();
      lost.verdict = WorkerDied{"the worker died during " + phase.name + " (" + end + ")"};
      return lost;
    }
    if (next) {
      log_phase(phase, begun);
      phase = std::move(*next);
      begun = Clock::now();
      if (!phase.within) deadline = begun + as_milliseconds(phase.limit_seconds);
    }
    if (auto* ask = std::get_if<CompileAsk>(&*message)) {
      log_phase(phase, begun);
      begun = Clock::now();
      worker->channel().send(gpu::encode(compiler_.compile(ask->request)));
      log_phase({"compiling for " + phase.name}, begun);
      deadline += Clock::now() - begun;  // the candidate's time stands still meanwhile
      begun = Clock::now();
    }
    if (!std::holds_alternative<Phase>(*message) && !std::holds_alternative<CompileAsk>(*message))
      log_phase(phase, begun);
    if (auto* done = std::get_if<Done>(&*message)) {
      if (done->lost)
        lose();
      else
        losses_ = 0;
      shorten_message(done->evaluation.verdict);
      done->evaluation.task_id = lost.task_id;  // whom it is about, the worker need not tell
      done->evaluation.candidate_id = lost.candidate_id;
      return std::move(done->evaluation);
    }
    if (auto* failed = std::get_if<ReferenceFailed>(&*message)) {
      replace();  // whatever it did to the device is not the next candidate's
      const std::string where = failed->line > 0 ? ":" + std::to_string(failed->line) : "";
      throw DataError(
          request.task.path + where + ": the reference itself fails: " + failed->message,
          "Run `cudal1 eval " + request.task.path + "` alone and mend it first.");
    }
    if (auto* broken = std::get_if<Broken>(&*message)) {
      lose();
      lost.verdict = WorkerDied{"the worker gave up during " + phase.name + ": " + broken->message};
      return lost;
    }
  }
}

Evaluation Slot::evaluate(const Task& task, const Candidate& candidate) {
  const auto begin = Clock::now();
  EvaluateRequest request{task, candidate, options_.evaluation,
                          options_.evaluation.seed.value_or(secret_seed() >> 1)};
  Evaluation evaluation = converse(request);
  evaluation.seconds = seconds_since(begin);
  return evaluation;
}

}  // namespace cudal1::evaluate
