#include "oracle.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace cudal1::evaluate {
namespace {

using execute::Values;
using Tensors = std::vector<at::Tensor>;

constexpr int64_t kMostElements =
    1 << 24;                             // of all inputs: double precision takes twice their memory
constexpr int64_t kMostAsked = 1 << 28;  // the same, where somebody is accused
constexpr double kHonest = 64;  // an honest result may err this many times as much as the reference
constexpr double kLoosest = 2e-3;  // what cancellation may excuse
constexpr double kTightest =
    1e-5;                     // sums in another order, of up to a million elements, stay below
constexpr int64_t kMany = 8;  // inputs per output
constexpr double kNoOracle = 1e-2;  // a reference this far from it did not compute the same thing
constexpr double kNearAsAWhole = 0.1;  // of the norm; single elements may err by more than they are

at::Tensor as_double(const at::Tensor& x) {
  if (!x.is_floating_point()) return x.clone();
  return x.to(at::kDouble, /*non_blocking=*/false, /*copy=*/true);  // the reference may store to it
}

// As TF32 has it: 10 bits, rounded to the nearest.
at::Tensor coarse(const at::Tensor& x) {
  if (x.scalar_type() != at::kFloat) return as_double(x);
  const at::Tensor bits =
      x.contiguous().view(at::kInt).add(0x1000).bitwise_and(int64_t(int32_t(0xffffe000)));
  return bits.view(at::kFloat).to(at::kDouble);
}

enum class Result { kDouble, kMayBeNarrowed };

// The reference's outputs for changed inputs; nothing when they do not come out in double
// precision, nor, where that will do, as it narrows them itself.
std::optional<Tensors> run(const Trial& trial, Runnable& reference,
                           at::Tensor (*change)(const at::Tensor&),
                           Result result = Result::kDouble) {
  at::manual_seed(trial.seed);
  auto outputs = reference.executor->forward(map_tensors(trial.inputs, change));
  if (!outputs.ok() || outputs->size() > trial.expected.size()) return std::nullopt;
  for (size_t i = 0; i < outputs->size(); ++i) {
    const at::Tensor& got = (*outputs)[i];
    const at::Tensor& wanted = trial.expected[i].value;
    if (!got.defined() || got.sizes() != wanted.sizes()) return std::nullopt;
    const bool narrowed =
        result == Result::kMayBeNarrowed && got.scalar_type() == wanted.scalar_type();
    if (wanted.is_floating_point() && got.scalar_type() != at::kDouble && !narrowed)
      return std::nullopt;
  }
  return outputs.value();
}

// Where terms cancel, honest errors are large, and the reference's own error shows it. It does not
// where many elements go into one: a reference that adds them pairwise errs far less than a sum in
// order, which is as honest. There, what 10 bits of mantissa cost is the bound, as long as it is no
// more than usual.
double tolerance(double usual, double reference_error, double coarse_error, bool gathers_many) {
  const double honest = std::clamp(kHonest * reference_error, kTightest, kLoosest);
  return gathers_many ? std::max(honest, std::min(usual, coarse_error / 2)) : honest;
}

int64_t largest_of(const Values& inputs) {
  int64_t most = 0;
  for (const at::Tensor& tensor : tensors_of(inputs)) most = std::max(most, tensor.numel());
  return most;
}

bool is_narrow(const at::Tensor& x) { return x.is_floating_point() && x.element_size() < 4; }

// False where either has elements that are not finite.
bool near_as_a_whole(const at::Tensor& got, const at::Tensor& expected) {
  const at::Tensor wide = expected.to(at::kDouble);
  const at::Tensor error = got.to(expected.device(), at::kDouble) - wide;
  return error.norm().item().toDouble() <= kNearAsAWhole * wide.norm().item().toDouble();
}

void let_ask(Trial& trial) {
  if (elements_of(trial.inputs) > kMostAsked) return;
  for (Expected& expected : trial.expected)
    if (is_narrow(expected.value)) expected.truth = std::make_shared<at::Tensor>();
}

// Small results count, too, as far as the reference itself gets them right.
void look_closely(Expected& expected, const at::Tensor& truth, const at::Tensor& error,
                  const Bench& bench) {
  const auto kept = [&](const at::Tensor& tensor) {
    return tensor.defined() ? bench.to_host(tensor) : at::Tensor();
  };
  if (!at::isfinite(error).all().item().toBool()) return;
  expected.scale = kept(row_scale(truth, error, kHonest, expected.tolerance.of_rms));
  expected.steady = kept(steady_elements(truth, error));
}

// Inputs with their last bit at random: what that changes, rounding changes as much.
at::Tensor jittered(const at::Tensor& x) {
  if (x.scalar_type() != at::kFloat) return copy_of(x);
  const at::Tensor noise = at::rand_like(x).sub_(0.5f).mul_(0x1p-22f).add_(1);
  return copy_of(x).mul_(noise);
}

// Without an oracle: a program whose results hang on the last bits of its inputs is allowed as
// much. A jump, where an element crosses some threshold, is no such thing.
void allow_for_cancellation(Trial& trial, const Tensors& made, Runnable& reference,
                            const Bench& bench) {
  at::manual_seed(trial.seed + 1);  // noise that the inputs were not drawn from
  const Values inputs = map_tensors(trial.inputs, jittered);
  at::manual_seed(trial.seed);
  const auto outputs = reference.executor->forward(inputs);
  if (!outputs.ok() || outputs->size() > trial.expected.size()) return;
  for (size_t i = 0; i < outputs->size(); ++i) {
    Expected& expected = trial.expected[i];
    const at::Tensor& got = (*outputs)[i];
    if (expected.value.scalar_type() != at::kFloat || !got.defined() ||
        got.sizes() != expected.value.sizes())
      continue;
    const double moved = kHonest / 4 * relative_error(got, made[i]);
    if (moved > expected.tolerance.relative && moved <= kLoosest)
      expected.tolerance = {moved, moved, 0};
    look_closely(expected, made[i], (got - made[i]).abs(), bench);
  }
}

}  // namespace

void sharpen(Trial& trial, const std::vector<at::Tensor>& made, Runnable& reference,
             const Bench& bench) {
  const bool plain = reference.program.kernels().empty();
  if (plain) let_ask(trial);
  if (elements_of(trial.inputs) > kMostElements) return;
  if (!plain) return allow_for_cancellation(trial, made, reference, bench);
  const auto exact = run(trial, reference, as_double);
  if (!exact) return;
  const auto rounded = run(trial, reference, coarse);
  for (size_t i = 0; i < exact->size(); ++i) {
    Expected& expected = trial.expected[i];
    if (!expected.value.is_floating_point() || expected.value.numel() == 0) continue;
    const at::Tensor& truth = (*exact)[i];
    if (!at::isfinite(truth).all().item().toBool()) continue;
    const double own = relative_error(made[i], truth);
    if (!(own < kNoOracle)) continue;
    if (expected.value.scalar_type() == at::kFloat && rounded) {
      const double lost = relative_error((*rounded)[i], truth);
      const bool gathers_many = largest_of(trial.inputs) > kMany * expected.value.numel();
      const double bound = tolerance(expected.tolerance.relative, own, lost, gathers_many);
      expected.tolerance = {bound, bound, 0};
    }
    look_closely(expected, truth, (made[i].to(at::kDouble) - truth).abs(), bench);
    // What the reference made is as good as the truth where they are this near, and half as large.
    // Where they are further apart than is allowed, a copy of the reference must pass as well.
    if (is_narrow(expected.value) && own > expected.tolerance.relative) continue;
    if (own > expected.tolerance.relative / kHonest) expected.exact = bench.to_host(truth);
  }
}

bool find_truth(const Trial& trial, size_t output, const at::Tensor& got, Runnable& reference,
                const Bench& bench) {
  const Expected& accused = trial.expected[output];
  if (!accused.truth || accused.truth->defined() || accused.exact.defined()) return false;
  if (!near_as_a_whole(got, bench.to_device(accused.value))) return false;
  const auto exact = run(trial, reference, as_double, Result::kMayBeNarrowed);
  if (!exact) return false;
  for (size_t i = 0; i < exact->size(); ++i) {
    const Expected& expected = trial.expected[i];
    if (expected.truth && near_as_a_whole((*exact)[i], bench.to_device(expected.value)))
      *expected.truth = bench.to_host((*exact)[i].to(at::kFloat));  // more than 8 or 11 bits need
  }
  return accused.truth->defined();
}

}  // namespace cudal1::evaluate
