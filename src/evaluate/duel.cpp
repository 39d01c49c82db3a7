#include "duel.h"

#include <ATen/ATen.h>
#include <c10/cuda/CUDAStream.h>

#include <algorithm>
#include <chrono>

namespace cudal1::evaluate {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint8_t kPoison = 0xff;     // NaN in every floating-point format, -1 in every integer
constexpr uint64_t kCheckOneIn = 64;  // of the candidate's timed runs; the last one besides
constexpr int kWallRuns = 10;
constexpr int kClockRuns = 5;  // of each side by two clocks

CUstream stream() { return c10::cuda::getCurrentCUDAStream().stream(); }

bool same_shapes(const Trial& a, const Trial& b) {
  const auto left = tensors_of(a.inputs), right = tensors_of(b.inputs);
  return a.mutated == b.mutated && a.expected.size() == b.expected.size() &&
         std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const at::Tensor& x, const at::Tensor& y) {
                      return x.sizes() == y.sizes() && x.strides() == y.strides() &&
                             x.scalar_type() == y.scalar_type();
                    });
}

// ATen's kernels live in namespaces of its own; what is left is the program's.
bool is_library_kernel(const std::string& mangled) {
  for (const char* mark :
       {"2at", "cutlass", "cublas", "cudnn", "gemm", "3cub", "thrust", "at_cuda"})
    if (mangled.find(mark) != std::string::npos) return true;
  return false;
}

void account(Contender& side, const Span& span) {
  side.share_ns = side.total_ns = 0;
  for (const gpu::Activity& activity : span.activities) {
    const auto nanoseconds = double(activity.end_ns - activity.start_ns);
    side.total_ns += nanoseconds;
    if (activity.kind == gpu::ActivityKind::kKernel && !is_library_kernel(activity.name))
      side.share_ns += nanoseconds;
  }
}

}  // namespace

Duel::Duel(const Arena& arena, Runnable& reference, Runnable& candidate,
           std::span<const Trial* const> trials, uint64_t seed)
    : arena_(arena),
      sides_{{reference, {}, {}}, {candidate, {}, {}}},
      contents_(trials.front()),
      rng_(seed) {
  for (const Trial* trial : trials)
    if (same_shapes(*trial, *trials.front())) trials_.push_back(trial);
  arena_.memory.bury();
  arena_.memory.pool();
  inputs_ = map_tensors(contents_->inputs, copy_of);
}

Duel::~Duel() {
  for (Contender* side : {&sides_[1], &sides_[0]}) {  // the lender last
    side->outputs.clear();
    arena_.memory.release(side->tape);
  }
}

bool Duel::forward(Contender& side) {
  side.outputs.clear();
  auto outputs = side.program.executor->forward(inputs_);
  if (!outputs.ok()) return fail(outputs.error()), false;
  side.outputs = std::move(outputs.value());
  return true;
}

bool Duel::record(Contender& side, const execute::Tape* lender) {
  arena_.memory.pool();
  for (uint64_t i = 0, warm_ups = 2 + rng_.next() % 3; i < warm_ups; ++i)
    if (!forward(side)) return false;
  side.outputs.clear();
  arena_.memory.record(side.tape, lender);
  const bool ran = forward(side);
  arena_.memory.pool();
  side.outputs.clear();
  if (!ran) return false;
  const auto fault = arena_.device.synchronize();
  if (fault) fail({fault->rule, fault->message, side.program.executor->position(), fault->lost});
  return !fault;
}

bool Duel::rehearse() {
  if (!record(sides_[0], nullptr) || !record(sides_[1], &sides_[0].tape)) return false;
  arena_.timer.set_gated(true);
  for (uint64_t i = 0, blocks = 2 + rng_.next() % 3; i < blocks && !failure_; ++i)
    (void)time(measure::abba_block(rng_));
  return !failure_;
}

// Queued before the gate, so that none of it is timed: contents, variables and outputs as no run
// has left them.
bool Duel::prepare(Contender& side) {
  arena_.memory.pool();
  if (auto failure = side.program.executor->reset_module()) return fail(std::move(*failure)), false;
  const auto now = tensors_of(inputs_), pristine = tensors_of(contents_->inputs);
  for (size_t i = 0; i < now.size(); ++i) now[i].copy_(pristine[i]);
  for (const execute::Tape::Block& block : side.tape.blocks)
    if (!gpu::fill_bytes(arena_.context, block.address, kPoison, block.bytes, stream()).ok())
      return false;
  if (!arena_.shared.run(stream()).ok())
    return false;  // results could be kept there from block to block
  if (!arena_.flush.run(stream()).ok()) return false;
  arena_.memory.replay(side.tape, kPoison);
  return true;
}

bool Duel::run_timed(Contender& side) {
  for (Contender& each : sides_) each.outputs.clear();  // they lie at the same addresses
  const auto begin = Clock::now();
  const bool ran = arena_.timer.time([&] { return prepare(side); }, [&] { return forward(side); });
  if (Clock::now() - begin > std::chrono::milliseconds(19))
    arena_.timer.set_gated(false);  // it waits inside, or is long
  arena_.memory.pool();
  side.tape.broken = false;
  if (!ran && !failure_) {
    const auto fault = arena_.device.synchronize();
    fail({fault ? fault->rule : "device_fault", fault ? fault->message : "a timed run failed",
          side.program.executor->position(), true});
  }
  return !failure_;
}

measure::BlockTimes Duel::time(const std::vector<measure::Side>& order) {
  contents_ = trials_[rng_.next() % trials_.size()];
  for (const measure::Side which : order) {
    if (!run_timed(side(which))) return {};
    const bool look = which == measure::Side::kCandidate && rng_.next() % kCheckOneIn == 0;
    if (look && !check_outputs()) return {};
  }
  const std::vector<Span> spans = arena_.timer.collect();
  if (spans.size() != order.size()) return {};
  measure::BlockTimes times;
  for (size_t i = 0; i < spans.size(); ++i) {
    account(side(order[i]), spans[i]);
    times.ns.push_back(spans[i].nanoseconds);
    times.sm_mhz.push_back(spans[i].sm_mhz);
  }
  return times;
}

std::optional<measure::TwoClocks> Duel::two_clocks(measure::Side which) {
  if (!arena_.timer.gated()) return std::nullopt;
  arena_.timer.set_events(true);
  for (int i = 0; i < kClockRuns && !failure_; ++i) (void)run_timed(side(which));
  arena_.timer.set_events(false);
  std::vector<double> spans, events;
  for (const Span& span : arena_.timer.collect()) {
    spans.push_back(span.nanoseconds);
    events.push_back(span.event_ns);
  }
  if (failure_ || spans.empty() || !arena_.timer.gated()) return std::nullopt;
  return measure::TwoClocks{measure::median(spans), measure::median(events)};
}

bool Duel::inspect() {
  const bool right = run_timed(sides_[1]) && check_outputs();
  (void)arena_.timer.collect();
  return right;
}

// Timed runs count as much as the others: outputs right, inputs untouched. What was expected is
// wiped from the device.
bool Duel::check_outputs() {
  Contender& side = sides_[1];
  const auto pristine = tensors_of(contents_->inputs), now = tensors_of(inputs_);
  std::vector<at::Tensor> got = side.outputs;
  const auto line = side.program.executor->position();
  for (size_t i = 0; i < now.size(); ++i) {
    if (std::find(contents_->mutated.begin(), contents_->mutated.end(), i) !=
        contents_->mutated.end())
      got.push_back(now[i]);
    else if (!same_bytes(now[i], pristine[i]))
      fail({"input_mutation", "while timed: argument " + std::to_string(i + 1) + " is changed",
            line});
  }
  for (size_t i = 0; i < contents_->expected.size() && !failure_; ++i) {
    if (i >= got.size())
      fail({"wrong_output", "while timed: outputs are missing", line});
    else if (const auto mismatch =
                 compare(got[i], arena_.bench.to_device(contents_->expected[i]), kPoison))
      fail({"wrong_output", "right when verified, wrong while timed: " + mismatch->message, line});
  }
  arena_.memory.scrub(kPoison, stream());
  return !failure_;
}

double Duel::wall_ns(measure::Side which) {
  Contender& one = side(which);
  for (Contender& each : sides_) each.outputs.clear();
  arena_.memory.pool();
  // The pool and the driver's caches are as cold for whoever comes first.
  for (int i = 0; i < kWallRuns; ++i)
    if (!forward(one)) return 0;
  (void)arena_.device.synchronize();
  const auto begin = Clock::now();
  for (int i = 0; i < kWallRuns; ++i)
    if (!forward(one)) return 0;
  (void)arena_.device.synchronize();
  one.outputs.clear();
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() / kWallRuns;
}

std::optional<gpu::Graph> Duel::captured(measure::Side which) {
  Contender& one = side(which);
  for (Contender& each : sides_) each.outputs.clear();
  arena_.memory.replay(one.tape, kPoison);
  auto graph =
      gpu::Graph::capture(arena_.context, stream(), [&]() -> Result<bool, gpu::DriverFault> {
        if (!forward(one)) return gpu::DriverFault{CUDA_ERROR_UNKNOWN, failure_->message, false};
        return true;
      });
  failure_.reset();  // that it cannot be captured is no fault
  one.outputs.clear();
  arena_.memory.pool();
  if (!graph.ok() || arena_.device.synchronize()) return std::nullopt;
  return std::move(graph.value());
}

double Duel::graph_ns(measure::Side which) {
  const auto graph = captured(which);
  if (!graph) return 0;
  gpu::Event start(arena_.context), stop(arena_.context);
  (void)graph->launch(stream()).ok();
  start.record(stream());
  for (int i = 0; i < kWallRuns; ++i)
    if (!graph->launch(stream()).ok()) return 0;
  stop.record(stream());
  if (arena_.device.synchronize()) return 0;
  return stop.since_ns(start) / kWallRuns;
}

bool Duel::call(measure::Side which, const std::optional<gpu::Graph>& graph, uint64_t calls) {
  Contender& one = side(which);
  bool good = true;
  for (uint64_t i = 0; i < calls && good; ++i)
    good = graph ? graph->launch(stream()).ok() : forward(one);
  one.outputs.clear();
  return good && !arena_.device.synchronize();
}

}  // namespace cudal1::evaluate
