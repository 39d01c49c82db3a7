#include "scout.h"

#include <unistd.h>

#include <cstdlib>

#include "cudal1/core/sandbox.h"
#include "cudal1/evaluate/evaluator.h"
#include "cudal1/program/check.h"
#include "cudal1/program/program.h"
#include "protocol.h"

namespace cudal1::evaluate {
namespace {

constexpr std::chrono::seconds kPatience{2};  // most texts take a few milliseconds
constexpr uint64_t kMostMemory = 2ull << 30;

// Without names where what is asked for first is not known.
gpu::CompileRequest foreseen(const Task& task, const Candidate& candidate) {
  gpu::CompileRequest request;
  program::ParseOptions options;
  options.tune = candidate.tune;
  auto parsed = program::parse(candidate.path.empty() ? task.path : candidate.path,
                               candidate.source, options);
  if (!parsed.ok() || (task.call && program::apply_call(*parsed, *task.call)) ||
      parsed->entry().empty())
    return request;
  auto names = program::guess_instantiations(*parsed, {parsed->entry()});
  if (names.size() != 1) return request;
  request.source = parsed->device_source();
  request.path = parsed->path();
  request.defines = parsed->tune();
  request.name_expressions = std::move(names);
  return request;
}

Subprocess start(const std::filesystem::path& executable) {
  SpawnOptions spawn;
  spawn.argv = {executable.string(), "worker", "--scout"};
  if (const char* value = std::getenv(kSandboxVariable))
    spawn.environment = {std::string(kSandboxVariable) + "=" + value};
  spawn.stderr_file = "/dev/null";
  return Subprocess(spawn);
}

}  // namespace

std::optional<gpu::CompileRequest> Scout::foresee(const Task& task, const Candidate& candidate) {
  const std::lock_guard lock(mutex_);
  if (!process_) process_.emplace(start(executable_));
  const bool sent =
      process_->channel().send(encode(FromParent(EvaluateRequest{task, candidate, {}, 0})));
  const auto answer = sent ? process_->channel().receive(kPatience) : Channel::Received{};
  if (!sent || answer.status != Channel::Status::kFrame) {
    process_.reset();
    return std::nullopt;
  }
  auto message = decode_from_worker(answer.payload);
  auto* ask = message ? std::get_if<CompileAsk>(&*message) : nullptr;
  if (!ask || ask->request.name_expressions.empty()) return std::nullopt;
  return std::move(ask->request);
}

int scout_worker_main() {
  if (::chdir("/") != 0) return 1;
  SandboxPolicy policy;
  policy.calls = CallProfile::kCompile;
  policy.address_space = kMostMemory;
  policy.file_size = 0;
  policy.open_files = 16;
  (void)enter_sandbox(policy);
  Channel channel(kChildChannelFd);
  exit_with_parent();  // a thread: it is locked up as well
  for (;;) {
    const auto frame = channel.receive(std::nullopt);
    if (frame.status != Channel::Status::kFrame) return 0;
    const auto request = decode_from_parent(frame.payload);
    const auto* wanted = request ? std::get_if<EvaluateRequest>(&*request) : nullptr;
    if (!wanted) return 1;
    if (!channel.send(encode(FromWorker(CompileAsk{foreseen(wanted->task, wanted->candidate)}))))
      return 0;
  }
}

}  // namespace cudal1::evaluate
