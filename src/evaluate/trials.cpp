#include "trials.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

#include "blame.h"
#include "cudal1/core/rng.h"
#include "cudal1/core/elapsed.h"
#include "operator_cost.h"
#include "oracle.h"

namespace cudal1::evaluate {
namespace {

using execute::Values;

Expected expected_of(const EvaluationOptions& options, at::Tensor value) {
  const c10::ScalarType type = value.scalar_type();
  const bool theirs = options.tolerance == ToleranceRule::kKernelBench;
  return {std::move(value), {}, theirs ? kernelbench_tolerance(type) : tolerance_for(type), true};
}

// Sums of a few exact values are exact in any order: what may differ is the last bits of single
// precision.
Tolerance exact_tolerance(c10::ScalarType type) {
  return type == at::kFloat    ? Tolerance{2e-6, 2e-6, 0}
         : type == at::kDouble ? Tolerance{1e-14, 1e-14, 0}
                               : Tolerance{};
}

// True when all elements are multiples of 1/1024 that every format of that width holds exactly.
bool exactly_held(const at::Tensor& value) {
  const at::Tensor scaled = value.to(at::kDouble).mul(1024);
  const double most = value.element_size() >= 4          ? 0x1p24
                      : value.scalar_type() == at::kHalf ? 0x1p11
                                                         : 0x1p8;
  return scaled.eq(scaled.round()).all().item().toBool() &&
         scaled.abs().max().item().toDouble() < most;
}

bool finite(const Trial& trial) {
  return std::all_of(trial.expected.begin(), trial.expected.end(), [](const Expected& expected) {
    return at::isfinite(expected.value).all().item().toBool();
  });
}

bool gives_integers(const Trial& trial) {
  return std::any_of(trial.expected.begin(), trial.expected.end(),
                     [](const Expected& expected) { return !expected.value.is_floating_point(); });
}

// Families of few distinct values bring ties, and which of equals an index names is nobody's
// promise.
bool brings_ties(Family family) {
  return family == Family::kTwoValued || family == Family::kFineMantissa;
}

Family drawn_family(uint64_t seed) {
  std::vector<Family> families(all_families().begin(), all_families().end());
  std::erase(families, Family::kFewChanged);  // without what it is made from it shows little
  return families[Rng(seed).next() % families.size()];
}

constexpr int64_t kQuick = 1 << 20;  // elements of all inputs
constexpr int64_t kTelling = 256;    // elements of all inputs: fewer have no distribution

// The smallest trial that has enough elements, else the largest; trials not empty.
const Trial& base_of(const std::vector<Trial>& trials) {
  return *std::min_element(trials.begin(), trials.end(), [](const Trial& a, const Trial& b) {
    const int64_t x = elements_of(a.inputs), y = elements_of(b.inputs);
    return (x >= kTelling) != (y >= kTelling) ? x >= kTelling : x >= kTelling ? x < y : x > y;
  });
}

}  // namespace

Trial TrialMaker::draw(const std::string& function, uint64_t seed) {
  link.phase({function + "() and the reference", kSetupLimit, 0});
  at::manual_seed(seed);
  bench.before_reference();
  auto inputs = inputs_program.executor->make_inputs(function);
  if (!inputs.ok()) throw ReferenceBroken{inputs.error()};
  return run(function, seed, std::move(inputs.value()));
}

// `inputs` are the reference's to change.
Trial TrialMaker::run(const std::string& function, uint64_t seed, Values inputs) {
  Trial trial;
  trial.function = function;
  trial.seed = seed;
  trial.inputs = map_tensors(inputs, copy_of);
  const bool timed = function == inputs_program.program.input_functions().front();
  at::manual_seed(seed);
  if (timed)
    reference.executor->observe({{}, [&](const std::string& name, const auto& in, const auto& out) {
                                   trial.flops += operator_flops(name, in, out);
                                 }});
  const auto begin = std::chrono::steady_clock::now();
  auto outputs = reference.executor->forward(inputs);
  reference.executor->observe({});
  const auto late = bench.after_candidate();
  trial.seconds = seconds_since(begin);
  bench.after_reference();
  if (!outputs.ok()) throw ReferenceBroken{outputs.error()};
  if (late) throw ReferenceBroken{Failure{late->rule, late->message, {late->line, 0}, late->lost}};
  for (const at::Tensor& output : *outputs) {
    if (!output.defined())
      throw ReferenceBroken{Failure{"type",
                                    "on " + function + "(): the entry returns an undefined tensor",
                                    return_pos(reference)}};
    trial.expected.push_back(expected_of(request.options, bench.to_host(output)));
    trial.expected.back().may_share = !timed || shares_memory(output, tensors_of(inputs));
    trial.expected.back().strides = output.strides().vec();
    for (size_t i = 0; i + 1 < trial.expected.size(); ++i)
      if (shares_memory(output, {(*outputs)[i]})) trial.expected.back().shares_with.push_back(i);
    // Judged against itself, the candidate's other poison will show it, and a fault that explains
    // it comes first.
    if (alone) continue;
    if (const auto unwritten = never_written(trial.expected.back().value, bench.reference_poison()))
      throw ReferenceBroken{Failure{"wrong_output", "on " + function + "(): " + *unwritten,
                                    reference.executor->position()}};
  }
  note_mutations(trial, inputs);
  if (trial.expected.empty())
    throw ReferenceBroken{
        Failure{"type", "the entry returns nothing and changes none of its arguments", {1, 1}}};
  if (request.options.tolerance == ToleranceRule::kNoiseFloor)
    sharpen(trial, *outputs, reference, bench);
  return trial;
}

// Inputs that the reference changes count as outputs.
void TrialMaker::note_mutations(Trial& trial, const Values& inputs) {
  const auto before = tensors_of(trial.inputs), after = tensors_of(inputs);
  for (size_t i = 0; i < before.size(); ++i) {
    const bool changed = !same_bytes(before[i], after[i]);
    if (changed || bench.stored_to(after[i])) trial.stored.push_back(i);
    if (!changed) continue;
    trial.mutated.push_back(i);
    trial.expected.push_back(expected_of(request.options, bench.to_host(after[i])));
  }
}

// What the reference stores to with some contents it may store to with all: a ReLU in place leaves
// positive numbers alone.
void TrialMaker::share_stored(std::vector<Trial>& trials) {
  std::set<size_t> stored;
  for (const Trial& trial : trials) stored.insert(trial.stored.begin(), trial.stored.end());
  for (Trial& trial : trials) trial.stored.assign(stored.begin(), stored.end());
}

std::vector<Trial> TrialMaker::all(const std::function<bool(const Trial&)>& goes_on) {
  std::vector<Trial> trials;
  Rng rng(request.seed);
  const auto functions = inputs_program.program.input_functions();
  for (uint32_t round = 0; round < request.options.trials; ++round)
    for (const std::string& function : bench.trial_functions(functions, round)) {
      trials.push_back(draw(function, rng.next() >> 1));
      trials.back().round = round;
      if (trials.size() == 1 && !goes_on(trials.front())) return {};
    }
  if (request.options.tolerance == ToleranceRule::kNoiseFloor)
    add_families(trials, rng.next() >> 1);
  share_stored(trials);
  return trials;
}

void TrialMaker::add_families(std::vector<Trial>& trials, uint64_t seed) {
  if (trials.empty() || !finite(base_of(trials))) return;
  const Trial base = base_of(trials);
  const size_t drawn = trials.size();
  // A change of few elements may be too small to see with some contents: it is tried on all shapes.
  for (size_t i = 0; i < drawn; ++i)
    if (trials[i].round == 0 && elements_of(trials[i].inputs) <= kQuick)
      if (auto trial = of_family(Trial(trials[i]), Family::kFewChanged, seed ^ i)) {
        trial->after = i;
        trials.push_back(std::move(*trial));
      }
  for (const Family family : all_families())
    if (family != Family::kFewChanged)
      if (auto trial = of_family(base, family, seed + uint64_t(family)))
        trials.push_back(std::move(*trial));
  // Who knows what is timed by its size meets one of them there, too; nobody knows which.
  const Trial& timed = trials.front();
  const bool bearable = request.options.thorough || elements_of(timed.inputs) <= kQuick;
  if (timed.function != base.function && bearable && finite(timed))
    if (auto trial = of_family(Trial(timed), drawn_family(seed), ~seed))
      trials.push_back(std::move(*trial));
}

// Nothing where the family does not suit the task: the reference fails on it, or its results are
// not finite.
std::optional<Trial> TrialMaker::of_family(const Trial& base, Family family, uint64_t seed) {
  bench.before_reference();
  auto inputs = derive(family, base.inputs, seed);
  if (!inputs || (brings_ties(family) && gives_integers(base))) return std::nullopt;
  try {
    Trial trial = run(base.function, seed, std::move(*inputs));
    if (!finite(trial)) return std::nullopt;
    trial.contents = name_of(family);
    trial.round = base.round;
    if (family == Family::kTwoValued)
      for (Expected& expected : trial.expected)
        if (expected.value.numel() > 0 && exactly_held(expected.value))
          expected.tolerance = exact_tolerance(expected.value.scalar_type());
    return trial;
  } catch (const ReferenceBroken& broken) {
    if (broken.failure.lost) throw;
    return std::nullopt;
  }
}

}  // namespace cudal1::evaluate
