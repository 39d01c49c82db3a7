#include "admission.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <functional>
#include <optional>

namespace cudal1::evaluate {
namespace {

using execute::Values;

constexpr int64_t kQuick = 1 << 20;  // elements

// Outputs and changed inputs for these inputs, on the host; nothing when the reference fails.
std::optional<std::vector<at::Tensor>> results(const Trial& trial, Runnable& reference,
                                               Bench& bench, const Values& inputs) {
  bench.before_reference();
  at::manual_seed(trial.seed);
  auto outputs = reference.executor->forward(inputs);
  const auto late = bench.after_candidate();
  bench.after_reference();
  if (!outputs.ok() || late) return std::nullopt;
  std::vector<at::Tensor> all;
  for (const at::Tensor& output : *outputs) all.push_back(bench.to_host(output));
  const auto now = tensors_of(inputs);
  for (const size_t i : trial.mutated) all.push_back(bench.to_host(now[i]));
  return all;
}

bool all_right(const std::vector<at::Tensor>& got, const std::vector<Expected>& expected) {
  if (got.size() != expected.size()) return false;
  for (size_t i = 0; i < got.size(); ++i)
    if (compare(got[i], expected[i], -1)) return false;
  return true;
}

bool any_not_finite(const Trial& trial) {
  for (const Expected& expected : trial.expected)
    if (!at::isfinite(expected.value).all().item().toBool()) return true;
  return false;
}

// Another value wherever there is one: floating-point elements move by half their spread, integers
// change places.
at::Tensor disturbed(const at::Tensor& x) {
  if (!x.is_floating_point()) return x.dim() > 0 ? x.flip(x.dim() - 1).contiguous() : x.clone();
  const at::Tensor wide = x.to(at::kFloat);
  const double spread = x.numel() > 1 ? wide.std().item().toDouble() : 0;
  return wide.add(at::randn_like(wide), spread > 0 ? 0.5 * spread : 0.5).to(x.scalar_type());
}

// The input tensor number `which` changed, the others as they are.
Values with_one_disturbed(const Values& inputs, size_t which, uint64_t seed) {
  at::manual_seed(seed + 1);  // with the inputs' own seed the noise would be a multiple of an input
  size_t seen = 0;
  return map_tensors(inputs, [&](const at::Tensor& x) {
    at::Tensor copy = copy_of(x);
    if (seen++ == which && x.numel() > 0) copy.copy_(disturbed(x));
    return copy;
  });
}

void find_dead_inputs(const Trial& trial, Runnable& reference, Bench& bench,
                      std::vector<std::string>& found) {
  const auto inputs = tensors_of(trial.inputs);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].numel() == 0 || inputs[i].scalar_type() == at::kBool) continue;
    if (!inputs[i].is_floating_point() && inputs[i].numel() < 2)
      continue;  // nothing to change places with
    const auto got =
        results(trial, reference, bench, with_one_disturbed(trial.inputs, i, trial.seed));
    if (got && all_right(*got, trial.expected))
      found.push_back("argument " + std::to_string(i + 1) + " makes no difference to the results");
  }
}

// ---- trivial programs
// ------------------------------------------------------------------------------------

using Guess = std::function<std::optional<at::Tensor>(const at::Tensor& expected)>;

bool guessed(const Trial& trial, const Guess& guess) {
  std::vector<at::Tensor> got;
  for (const Expected& expected : trial.expected) {
    const auto one = guess(expected.value);
    if (!one) return false;
    got.push_back(one->to(expected.value.scalar_type()));
  }
  return all_right(got, trial.expected);
}

std::optional<at::Tensor> constant(const at::Tensor& expected) {
  if (expected.numel() < 2) return std::nullopt;  // a single number is always constant
  return at::full_like(expected, expected.to(at::kDouble).mean().item().toDouble(), at::kDouble);
}

// The least-squares a·x + b for the expected values; an input itself is one with a = 1, b = 0.
std::optional<at::Tensor> affine(const at::Tensor& expected, const at::Tensor& x) {
  if (x.sizes() != expected.sizes() || expected.numel() < 8) return std::nullopt;
  const at::Tensor e = expected.to(at::kDouble), v = x.to(at::kDouble), centred = v - v.mean();
  const double variance = centred.square().sum().item().toDouble();
  if (!(variance > 0)) return std::nullopt;
  const double slope = (centred * (e - e.mean())).sum().item().toDouble() / variance;
  return e.mean() + centred * slope;
}

void find_trivial_solutions(const Trial& trial, Bench& bench, std::vector<std::string>& found) {
  if (guessed(trial, [](const at::Tensor& expected) { return at::zeros_like(expected); })) {
    found.push_back("zeros pass for the results");
    return;
  }
  if (guessed(trial, constant)) found.push_back("one constant passes for the results");
  const auto inputs = tensors_of(trial.inputs);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const at::Tensor x = bench.to_host(inputs[i]);
    if (x.is_complex()) continue;
    if (guessed(trial, [&](const at::Tensor& expected) { return affine(expected, x); }))
      found.push_back("a·x + b of argument " + std::to_string(i + 1) + " passes for the results");
  }
}

// Of inputs and results.
int64_t size_of(const Trial& trial) {
  int64_t count = elements_of(trial.inputs);
  for (const Expected& expected : trial.expected) count += expected.value.numel();
  return count;
}

// One trial of every input function that is quickly compared; else the smallest.
std::vector<const Trial*> telling(const std::vector<Trial>& trials) {
  std::vector<const Trial*> found;
  const Trial* smallest = &trials.front();
  for (const Trial& trial : trials) {
    if (size_of(trial) < size_of(*smallest)) smallest = &trial;
    const auto known = [&](const Trial* other) { return other->function == trial.function; };
    const bool wanted = trial.contents.empty() && size_of(trial) <= kQuick;
    if (wanted && std::none_of(found.begin(), found.end(), known)) found.push_back(&trial);
  }
  if (found.empty()) found.push_back(smallest);
  return found;
}

std::vector<std::string> weaknesses_on(const Trial& trial, Runnable& reference, Bench& bench) {
  if (any_not_finite(trial)) return {"its results are not all finite"};
  const auto again = results(trial, reference, bench, map_tensors(trial.inputs, copy_of));
  if (!again) return {};
  if (!all_right(*again, trial.expected)) return {"its results differ from run to run"};
  std::vector<std::string> found;
  find_trivial_solutions(trial, bench, found);
  find_dead_inputs(trial, reference, bench, found);
  return found;
}

}  // namespace

std::vector<std::string> weaknesses(const std::vector<Trial>& trials, Runnable& reference,
                                    Bench& bench) {
  std::optional<std::vector<std::string>> common;
  for (const Trial* trial : telling(trials)) {
    const std::vector<std::string> found = weaknesses_on(*trial, reference, bench);
    if (!common) common = found;
    std::erase_if(*common, [&](const std::string& reason) {
      return std::find(found.begin(), found.end(), reason) == found.end();
    });
    if (common->empty()) break;
  }
  return common.value_or(std::vector<std::string>{});
}

}  // namespace cudal1::evaluate
