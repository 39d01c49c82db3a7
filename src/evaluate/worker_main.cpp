// The evaluation worker: one request at a time from its parent, one verdict back. Everything a
// candidate does happens in this process, which is replaced whenever a device is lost.
#include <cstdlib>
#include <string>

#include "cudal1/core/channel.h"
#include "cudal1/core/error.h"
#include "cudal1/core/sandbox.h"
#include "cudal1/core/subprocess.h"
#include "cudal1/execute/catalog.h"
#include "judge.h"
#include "protocol.h"
#include "worker_sandbox.h"

namespace cudal1::evaluate {
namespace {

// The parent is gone or talks nonsense: nothing is left to do.
[[noreturn]] void leave() { std::_Exit(0); }

void say(Channel& channel, const FromWorker& message) {
  if (!channel.send(encode(message))) leave();
}

gpu::CompileOutcome ask_to_compile(Channel& channel, const gpu::CompileRequest& request) {
  say(channel, CompileAsk{request});
  const auto answer = channel.receive(std::nullopt);
  if (answer.status != Channel::Status::kFrame) leave();
  auto outcome = gpu::decode(answer.payload);
  if (!outcome) leave();
  return std::move(*outcome);
}

FromParent next_request(Channel& channel) {
  const auto frame = channel.receive(std::nullopt);
  if (frame.status != Channel::Status::kFrame) leave();
  auto request = decode_from_parent(frame.payload);
  if (!request) leave();
  return std::move(*request);
}

void serve(Channel& channel, Bench& bench, const EvaluateRequest& request, Memo& memo) {
  const Link link{[&](const Phase& phase) { say(channel, phase); },
                  [&](const gpu::CompileRequest& ask) { return ask_to_compile(channel, ask); }};
  try {
    Done done{judge(bench, request, link, memo)};
    done.lost =
        bench.device().synchronize().has_value();  // a fault that sticks shows in every later call
    shorten_message(
        done.evaluation.verdict);  // the parent would, too, but needs no megabytes for that
    say(channel, done);
  } catch (const ReferenceBroken& broken) {
    say(channel, ReferenceFailed{broken.failure.message, broken.failure.pos.line});
  }
}

std::unique_ptr<Bench> open(const OpenRequest& request) {
  const BenchOptions options{request.gpu_spec, request.threads};
  return request.device == DeviceKind::kCuda ? make_cuda_bench(options) : make_sim_bench(options);
}

}  // namespace
}  // namespace cudal1::evaluate

extern "C" int cudal1_worker_main() {
  using namespace cudal1::evaluate;
  cudal1::Channel channel(cudal1::kChildChannelFd);
  try {
    const auto first = next_request(channel);
    const auto& wanted = std::get<OpenRequest>(first);
    const auto bench = open(wanted);
    const auto isolation = cudal1::enter_sandbox(worker_policy(wanted.device));
    cudal1::exit_with_parent();  // a thread: made after, so that it is locked up as well
    say(channel, Ready{bench->name(), isolation});
    Memo memo;
    for (;;) serve(channel, *bench, std::get<EvaluateRequest>(next_request(channel)), memo);
  } catch (const cudal1::Error& error) {
    say(channel, Broken{error.what(), error.advice()});
  } catch (const std::exception& error) {
    say(channel, Broken{error.what(), ""});
  }
  std::_Exit(3);  // no destructors: CUDA's may hang after a fault
}

extern "C" const cudal1::program::OperatorCatalog* cudal1_operator_catalog() {
  return &cudal1::execute::operator_catalog();
}
