#include "oracle.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace cudal1::evaluate {
namespace {

using execute::Values;
using Tensors = std::vector<at::Tensor>;

constexpr int64_t kMostElements =
    1 << 24;  // of all inputs: double precision takes twice their memory
constexpr int64_t kMostNarrowElements = 1 << 28;  // where the truth is needed, see sharpen()
constexpr double kHonest = 64;  // an honest result may err this many times as much as the reference
constexpr double kLoosest = 2e-3;  // what cancellation may excuse
constexpr double kTightest =
    1e-5;                     // sums in another order, of up to a million elements, stay below
constexpr int64_t kMany = 8;  // inputs per output
constexpr double kNoOracle = 1e-2;  // a reference this far from it did not compute the same thing
constexpr double kNoNarrowOracle = 0.1;  // of the root mean squares, where it rounds to 8 bits

at::Tensor as_double(const at::Tensor& x) {
  return x.is_floating_point() ? x.to(at::kDouble) : x.clone();
}

// As TF32 has it: 10 bits, rounded to the nearest.
at::Tensor coarse(const at::Tensor& x) {
  if (x.scalar_type() != at::kFloat) return as_double(x);
  const at::Tensor bits =
      x.contiguous().view(at::kInt).add(0x1000).bitwise_and(int64_t(int32_t(0xffffe000)));
  return bits.view(at::kFloat).to(at::kDouble);
}

// The reference's outputs for changed inputs; nothing when it does not come out in double
// precision.
std::optional<Tensors> run(const Trial& trial, Runnable& reference,
                           at::Tensor (*change)(const at::Tensor&)) {
  at::manual_seed(trial.seed);
  auto outputs = reference.executor->forward(map_tensors(trial.inputs, change));
  if (!outputs.ok() || outputs->size() > trial.expected.size()) return std::nullopt;
  for (size_t i = 0; i < outputs->size(); ++i) {
    const at::Tensor& got = (*outputs)[i];
    const at::Tensor& wanted = trial.expected[i].value;
    if (!got.defined() || got.sizes() != wanted.sizes()) return std::nullopt;
    if (wanted.is_floating_point() && got.scalar_type() != at::kDouble) return std::nullopt;
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

bool is_narrow(const Expected& expected) {
  return expected.value.is_floating_point() && expected.value.element_size() < 4;
}
bool gives_narrow(const Trial& trial) {
  return std::any_of(trial.expected.begin(), trial.expected.end(), is_narrow);
}

// Some elements err by much where terms cancel; all together, little.
bool rounds_coarsely(const Expected& expected, const at::Tensor& made, const at::Tensor& truth) {
  if (!is_narrow(expected)) return false;
  const at::Tensor error = made.to(at::kDouble) - truth;
  return error.norm().item().toDouble() < kNoNarrowOracle * truth.norm().item().toDouble();
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
  // A reference that rounds every step to half precision is wrong by more than its tolerance where
  // terms cancel: whoever is nearer to the truth must not be accused, however large the inputs.
  const bool large = elements_of(trial.inputs) > kMostElements;
  if (large && (!gives_narrow(trial) || elements_of(trial.inputs) > kMostNarrowElements)) return;
  if (!reference.program.kernels().empty()) {
    if (!large) allow_for_cancellation(trial, made, reference, bench);
    return;
  }
  const auto exact = run(trial, reference, as_double);
  if (!exact) return;
  const auto rounded = large ? std::nullopt : run(trial, reference, coarse);
  for (size_t i = 0; i < exact->size(); ++i) {
    Expected& expected = trial.expected[i];
    if (!expected.value.is_floating_point() || expected.value.numel() == 0) continue;
    if (large && !is_narrow(expected)) continue;
    const at::Tensor& truth = (*exact)[i];
    if (!at::isfinite(truth).all().item().toBool()) continue;
    const double own = relative_error(made[i], truth);
    if (!(own < kNoOracle) && !rounds_coarsely(expected, made[i], truth)) continue;
    if (expected.value.scalar_type() == at::kFloat && rounded) {
      const double lost = relative_error((*rounded)[i], truth);
      const bool gathers_many = largest_of(trial.inputs) > kMany * expected.value.numel();
      const double bound = tolerance(expected.tolerance.relative, own, lost, gathers_many);
      expected.tolerance = {bound, bound, 0};
    }
    if (!large) look_closely(expected, truth, (made[i].to(at::kDouble) - truth).abs(), bench);
    // What the reference made is as good as the truth where they are this near, and half as large.
    if (own > expected.tolerance.relative / kHonest) expected.exact = bench.to_host(truth);
    expected.either = own > expected.tolerance.relative;
  }
}

}  // namespace cudal1::evaluate
