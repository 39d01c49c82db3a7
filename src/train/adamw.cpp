#include "adamw.h"

#include <ATen/ATen.h>

namespace cudal1::train {
namespace {

using Tensors = std::vector<at::Tensor>;

constexpr int64_t kWidened = int64_t{1} << 26;  // elements at a time: 256 MB

// sums += fresh, where those are narrower: the operator for whole lists wants one type.
void add_widened(const Tensors& sums, const Tensors& fresh) {
  for (size_t begin = 0, end = 0; begin < sums.size(); begin = end) {
    Tensors to, from, wide;
    for (int64_t elements = 0; end < sums.size() && (end == begin || elements < kWidened); ++end) {
      to.push_back(sums[end]);
      from.push_back(fresh[end]);
      wide.push_back(at::empty_like(sums[end]));
      elements += sums[end].numel();
    }
    at::_foreach_copy_(wide, from);
    at::_foreach_add_(to, wide);
  }
}

Tensors defined(const Tensors& tensors) {
  Tensors there;
  for (const at::Tensor& tensor : tensors)
    if (tensor.defined()) there.push_back(tensor);
  return there;
}

}  // namespace

AdamW::AdamW(std::vector<at::Tensor> parameters, const TrainConfig& config)
    : parameters_(std::move(parameters)), config_(config) {
  const at::NoGradGuard no_grad;
  for (const at::Tensor& parameter : parameters_) {
    const bool wide = parameter.scalar_type() == at::kFloat;
    masters_.push_back(wide ? parameter.detach() : parameter.detach().to(at::kFloat));
    gradients_.emplace_back();
    for (auto* moments : {&means_, &squares_}) moments->push_back(at::zeros_like(masters_.back()));
    steps_.push_back(at::zeros({}, masters_.back().options()));
  }
}

// A few launches for all of them, not one for each.
void AdamW::collect() {
  const at::NoGradGuard no_grad;
  Tensors first_to, first_from, wide_to, wide_from, narrow_to, narrow_from;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const at::Tensor fresh = std::exchange(parameters_[i].mutable_grad(), at::Tensor());
    if (!fresh.defined()) continue;
    const bool wide = fresh.scalar_type() == at::kFloat, first = !gradients_[i].defined();
    if (first) gradients_[i] = wide ? fresh : at::empty_like(fresh, at::kFloat);
    if (first && wide) continue;
    (first ? first_to : wide ? wide_to : narrow_to).push_back(gradients_[i]);
    (first ? first_from : wide ? wide_from : narrow_from).push_back(fresh);
  }
  if (!first_to.empty()) at::_foreach_copy_(first_to, first_from);
  if (!wide_to.empty()) at::_foreach_add_(wide_to, wide_from);
  add_widened(narrow_to, narrow_from);
}

at::Tensor AdamW::norm() const {
  const at::NoGradGuard no_grad;
  const Tensors gradients = defined(gradients_);
  if (gradients.empty()) return at::zeros({});
  return at::stack(at::_foreach_norm(gradients)).norm();
}

void AdamW::clip(double norm) {
  const at::NoGradGuard no_grad;
  if (config_.clip > 0 && norm > config_.clip)
    at::_foreach_mul_(defined(gradients_), config_.clip / norm);
}

// What has no gradient was not used, and stays.
void AdamW::step(double learning_rate) {
  const at::NoGradGuard no_grad;
  for (const bool decays : {true, false}) {
    Tensors masters, gradients, means, squares, steps;
    for (size_t i = 0; i < masters_.size(); ++i) {
      if (!gradients_[i].defined() || (masters_[i].dim() > 1) != decays) continue;
      masters.push_back(masters_[i]);
      gradients.push_back(gradients_[i]);
      means.push_back(means_[i]);
      squares.push_back(squares_[i]);
      steps.push_back(steps_[i]);
    }
    if (masters.empty()) continue;
    at::_foreach_add_(steps, 1);
    at::_fused_adamw_(masters, gradients, means, squares, {}, steps, learning_rate, config_.beta1,
                      config_.beta2, decays ? config_.weight_decay : 0.0, config_.epsilon,
                      /*amsgrad=*/false, /*maximize=*/false);
  }
  gradients_.assign(gradients_.size(), at::Tensor());
  narrow_masters();
}

void AdamW::narrow_masters() {
  Tensors parameters, masters;
  for (size_t i = 0; i < masters_.size(); ++i) {
    if (masters_[i].is_alias_of(parameters_[i])) continue;
    parameters.push_back(parameters_[i].detach());
    masters.push_back(masters_[i]);
  }
  if (!masters.empty()) at::_foreach_copy_(parameters, masters);
}

std::map<std::string, at::Tensor> AdamW::state() const {
  std::map<std::string, at::Tensor> state;
  for (size_t i = 0; i < masters_.size(); ++i) {
    const std::string number = "." + std::to_string(i);
    if (!masters_[i].is_alias_of(parameters_[i])) state["master" + number] = masters_[i];
    state["mean" + number] = means_[i];
    state["square" + number] = squares_[i];
    state["step" + number] = steps_[i];
  }
  return state;
}

void AdamW::load(const std::map<std::string, at::Tensor>& state) {
  const at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : this->state()) tensor.copy_(state.at(name));
  narrow_masters();
}

}  // namespace cudal1::train
