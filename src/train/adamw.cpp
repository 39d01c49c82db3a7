#include "adamw.h"

#include <ATen/ATen.h>

#include "cudal1/core/assert.h"

namespace cudal1::train {

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

void AdamW::collect() {
  const at::NoGradGuard no_grad;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    at::Tensor& fresh = parameters_[i].mutable_grad();
    if (!fresh.defined()) continue;
    if (gradients_[i].defined())
      gradients_[i].add_(fresh);
    else
      gradients_[i] = fresh.to(at::kFloat);
    fresh = at::Tensor();
  }
}

double AdamW::clip() {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> norms;
  for (const at::Tensor& gradient : gradients_)
    if (gradient.defined()) norms.push_back(gradient.norm());
  if (norms.empty()) return 0;
  const double norm = at::stack(norms).norm().item().toDouble();
  if (config_.clip > 0 && norm > config_.clip)
    for (at::Tensor& gradient : gradients_)
      if (gradient.defined()) gradient.mul_(config_.clip / norm);
  return norm;
}

// What has no gradient was not used, and stays.
void AdamW::step(double learning_rate) {
  const at::NoGradGuard no_grad;
  for (const bool decays : {true, false}) {
    std::vector<at::Tensor> masters, gradients, means, squares, steps;
    for (size_t i = 0; i < masters_.size(); ++i) {
      if (!gradients_[i].defined() || (masters_[i].dim() > 1) != decays) continue;
      steps_[i].add_(1);
      masters.push_back(masters_[i]);
      gradients.push_back(gradients_[i]);
      means.push_back(means_[i]);
      squares.push_back(squares_[i]);
      steps.push_back(steps_[i]);
    }
    if (masters.empty()) continue;
    at::_fused_adamw_(masters, gradients, means, squares, {}, steps, learning_rate, config_.beta1,
                      config_.beta2, decays ? config_.weight_decay : 0.0, config_.epsilon,
                      /*amsgrad=*/false, /*maximize=*/false);
  }
  for (size_t i = 0; i < masters_.size(); ++i) {
    gradients_[i] = at::Tensor();
    if (!masters_[i].is_alias_of(parameters_[i])) parameters_[i].detach().copy_(masters_[i]);
  }
}

std::map<std::string, at::Tensor> AdamW::state() const {
  std::map<std::string, at::Tensor> state;
  for (size_t i = 0; i < masters_.size(); ++i) {
    const std::string number = "." + std::to_string(i);
    state["master" + number] = masters_[i];
    state["mean" + number] = means_[i];
    state["square" + number] = squares_[i];
    state["step" + number] = steps_[i];
  }
  return state;
}

void AdamW::load(const std::map<std::string, at::Tensor>& state) {
  const at::NoGradGuard no_grad;
  for (const auto& [name, tensor] : this->state()) tensor.copy_(state.at(name));
  for (size_t i = 0; i < masters_.size(); ++i)
    if (!masters_[i].is_alias_of(parameters_[i])) parameters_[i].detach().copy_(masters_[i]);
}

}  // namespace cudal1::train
