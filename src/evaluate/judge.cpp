#include "judge.h"

#include <algorithm>
#include <chrono>

#include "admission.h"
#include "blame.h"
#include "cudal1/core/elapsed.h"
#include "cudal1/execute/catalog.h"
#include "cudal1/program/check.h"
#include "demangle.h"
#include "measured.h"
#include "trials.h"
#include "verification.h"

namespace cudal1::evaluate {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kEnergyLimit = 30;  // seconds, of four windows and what lies between them

// The program judged against itself may fail like any candidate; a reference that fails others is
// the task's fault.
bool is_self(const EvaluateRequest& request) {
  return request.task.source == request.candidate.source &&
         request.task.tune == request.candidate.tune;
}

// ---- the steps
// ------------------------------------------------------------------------------------------

struct Judge {
  Bench& bench;
  const EvaluateRequest& request;
  const Link& link;
  Memo& memo;
  double compile_seconds = 0;
  std::vector<std::string> weak;
  std::optional<Runnable> inputs_program;  // makes the inputs, where the reference does not

  Result<Runnable, Failure> load(const std::string& path, const std::string& source,
                                 const program::TuneSetting& tune);
  Runnable load_reference();
  void load_inputs_program();
  Runnable& inputs_of(Runnable& reference) { return inputs_program ? *inputs_program : reference; }
  TrialMaker trials_of(Runnable& reference) {
    return {bench, request, link, reference, inputs_of(reference), is_self(request)};
  }
  const Trial& trial_to_time(Runnable& reference, const std::string& function);
  Verdict measure(Runnable& reference, Runnable& candidate, const std::vector<Trial>& trials);
  std::optional<Failure> measure_shapes(Runnable& reference, Runnable& candidate,
                                        const std::vector<Trial>& trials, Measurement& measurement);
};

Result<Runnable, Failure> Judge::load(const std::string& path, const std::string& source,
                                      const program::TuneSetting& tune) {
  program::ParseOptions options;
  options.tune = tune;
  auto parsed = program::parse(path, source, options);
  if (!parsed.ok()) return as_failure(parsed.error());
  if (request.task.call)
    if (const auto diagnostic = program::apply_call(*parsed, *request.task.call))
      return as_failure(*diagnostic);
  auto program = std::make_unique<program::Program>(std::move(parsed.value()));
  if (program->entry().empty())
    return Failure{"name", "the program has no entry: no function `forward`", {1, 1}};
  // What compilers take is left to the run: it may never come there.
  for (const program::Diagnostic& finding :
       program::check_host(*program, {program->entry()}, &execute::operator_catalog()))
    if (finding.rule.empty()) return as_failure(finding);
  Runnable runnable{std::move(*program), nullptr};
  return runnable;
}

// The executor keeps a reference to the program: it is made once the program has its final place.
void equip(Judge& judge, Runnable& runnable) {
  const auto compile = [&judge, &runnable](const std::vector<std::string>& names) {
    gpu::CompileRequest ask;
    ask.source = runnable.program.device_source();
    ask.path = runnable.program.path();
    ask.arch = judge.bench.device().architecture();
    ask.kind = judge.bench.device().code_kind();
    ask.name_expressions = names;
    ask.defines = runnable.program.tune();
    gpu::CompileOutcome outcome = judge.link.compile(ask);
    if (outcome.ok()) judge.compile_seconds += outcome->compile_seconds;
    return outcome;
  };
  runnable.executor =
      std::make_unique<execute::Executor>(runnable.program, judge.bench.device(), compile);
}

Runnable Judge::load_reference() {
  auto loaded = load(request.task.path, request.task.source, request.task.tune);
  if (!loaded.ok()) throw ReferenceBroken{loaded.error()};
  if (loaded->program.input_functions().empty() && request.task.inputs_source)
    load_inputs_program();
  if (inputs_of(*loaded).program.input_functions().empty())
    throw ReferenceBroken{Failure{
        "name",
        "the program has no inputs() to run it on; " + program::suggest_call(loaded->program),
        {1, 1}}};
  return std::move(loaded.value());
}

void Judge::load_inputs_program() {
  auto parsed = program::parse(request.candidate.path, *request.task.inputs_source, {});
  if (!parsed.ok()) throw ReferenceBroken{as_failure(parsed.error())};
  inputs_program.emplace(Runnable{std::move(parsed.value()), nullptr});
  equip(*this, *inputs_program);
}

// As the task draws them: other contents of the same shapes are not timed.
std::vector<const Trial*> trials_of_function(const std::vector<Trial>& trials,
                                             const std::string& function) {
  std::vector<const Trial*> found;
  for (const Trial& trial : trials)
    if (trial.function == function && trial.contents.empty()) found.push_back(&trial);
  return found;
}

// Four times the rule's time, as it is patient with slow programs; thoroughly, the reference
// against itself as well.
double limit_of(const Timing& timing) {
  return kSetupLimit +
         (timing.thorough ? 8 : 4) *
             std::chrono::duration<double>(timing.stop_rule.max_time).count() +
         (timing.energy ? kEnergyLimit : 0);
}

const Trial& Judge::trial_to_time(Runnable& reference, const std::string& function) {
  const std::string task = request.task.id() + request.task.inputs_source.value_or("");
  if (!memo.timed || memo.task != task) {
    memo.timed.reset();  // its memory may be needed
    memo.timed = trials_of(reference).draw(function, request.seed >> 1);
    memo.timed->round = kTimedRound;
    memo.task = task;
  }
  return *memo.timed;
}

// The trials of what is timed: the rounds of inputs(), or one drawn for it where the verification
// used others.
Verdict Judge::measure(Runnable& reference, Runnable& candidate, const std::vector<Trial>& trials) {
  const std::string function = inputs_of(reference).program.input_functions().front();
  std::vector<const Trial*> timed = trials_of_function(trials, function);
  const Trial* unverified = timed.empty() ? &trial_to_time(reference, function) : nullptr;
  if (unverified) timed.push_back(unverified);
  const EvaluationOptions& options = request.options;
  const Timing timing{options.stop_rule, request.seed, options.thorough, is_self(request),
                      options.thorough && options.energy};
  link.phase({"timing on " + function + "()", limit_of(timing), 0});
  auto measured = bench.measure(reference, candidate, timed, timing);
  if (!measured.ok()) return verdict_of(measured.error());
  if (unverified && bench.bears_timed_round(request.options.thorough)) {
    Trial whole = *unverified;
    whole.stored.insert(whole.stored.end(), trials.front().stored.begin(),
                        trials.front().stored.end());
    if (auto failed = Verification(bench, request, link, reference, candidate).once(whole))
      return std::move(*failed);
    bench.correct(*measured, reference, whole);
  }
  // Beside a kernel that is called by itself, only the tool's own copies of what it writes run.
  const bool kernel_alone =
      request.task.call && request.task.call->expression.find("<<<") != std::string::npos;
  if (kernel_alone) measured->own_kernel_share = 1;
  if (options.thorough)
    if (auto failure = measure_shapes(reference, candidate, trials, *measured))
      return verdict_of(*failure);
  return Passed{std::move(measured.value())};
}

// Every other input function, by the search's shorter rule: who is faster on one shape may be
// slower on another.
std::optional<Failure> Judge::measure_shapes(Runnable& reference, Runnable& candidate,
                                             const std::vector<Trial>& trials,
                                             Measurement& measurement) {
  const auto functions = inputs_of(reference).program.input_functions();
  Timing timing{measure::StopRule::exploring(), request.seed};
  for (size_t i = 1; i < functions.size(); ++i) {
    const auto timed = trials_of_function(trials, functions[i]);
    if (timed.empty()) continue;
    link.phase({"timing on " + functions[i] + "()", limit_of(timing), 0});
    const auto measured = bench.measure(reference, candidate, timed, timing);
    if (measured.ok()) measurement.shapes.push_back(shape_of(functions[i], *measured));
    // Not a fault here: there may be nothing to do, as where a transposed row is the row itself.
    else if (measured.error().rule != "no_device_work")
      return measured.error();
  }
  return std::nullopt;
}

// A kernel that is another one for nvcc is not the one that was judged.
std::optional<Rejected> tells_compilers_apart(const EvaluateRequest& request) {
  constexpr const char* kMacro = "__CUDACC_RTC__";
  const std::string& source = request.candidate.source;
  const size_t at = source.find(kMacro);
  if (at == std::string::npos || request.task.source.find(kMacro) != std::string::npos)
    return std::nullopt;
  const auto line = std::count(source.begin(), source.begin() + std::ptrdiff_t(at), '\n');
  return Rejected{"other_compiler",
                  std::string("it asks for ") + kMacro +
                      ", so that nvcc may get another program than the one that is judged",
                  int(line) + 1};
}

Verdict decide(Judge& judge) {
  const EvaluateRequest& request = judge.request;
  try {
    Runnable reference = judge.load_reference();
    equip(judge, reference);
    const std::string& path = request.candidate.path;
    auto candidate = judge.load(path.empty() ? request.task.path : path, request.candidate.source,
                                request.candidate.tune);
    if (!candidate.ok()) return verdict_of(candidate.error());
    if (auto rejected = tells_compilers_apart(request)) return std::move(*rejected);
    equip(judge, *candidate);
    Verification verification(judge.bench, request, judge.link, reference, *candidate);
    std::optional<Verdict> failed;
    const std::vector<Trial> trials = judge.trials_of(reference).all([&](const Trial& first) {
      failed = verification.at_once(first);
      return !failed;
    });
    if (!failed) failed = verification.run(trials);
    if (failed) return std::move(*failed);
    if (is_self(request) || request.options.thorough)
      judge.weak = weaknesses(trials, reference, judge.bench);
    if (!request.options.measure) return Passed{};
    return judge.measure(reference, *candidate, trials);
  } catch (ReferenceBroken& broken) {
    broken.failure.message = demangled(broken.failure.message);
    if (!is_self(request)) throw;
    return verdict_of(broken.failure);
  }
}

}  // namespace

Evaluation judge(Bench& bench, const EvaluateRequest& request, const Link& link, Memo& memo) {
  const auto begin = Clock::now();
  Judge judge{bench, request, link, memo};
  Evaluation evaluation;
  evaluation.task_id = request.task.id();
  evaluation.candidate_id = request.candidate.id();
  evaluation.seed = request.seed;
  evaluation.verdict = decide(judge);
  evaluation.seconds = seconds_since(begin);
  evaluation.compile_seconds = judge.compile_seconds;
  evaluation.weak = std::move(judge.weak);
  return evaluation;
}

}  // namespace cudal1::evaluate
