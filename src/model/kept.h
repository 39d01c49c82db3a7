// Values of any type that an autograd function keeps from its forward to its backward pass.
#pragma once

#include <ATen/core/custom_class.h>
#include <torch/csrc/autograd/custom_function.h>

#include <string>

namespace cudal1::model {

template <typename T>
struct Kept : torch::CustomClassHolder {
  explicit Kept(T given) : value(std::move(given)) {}
  T value;
};

template <typename T>
void keep(torch::autograd::AutogradContext& context, const std::string& name, T value) {
  context.saved_data[name] =
      c10::IValue::make_capsule(c10::make_intrusive<Kept<T>>(std::move(value)));
}

// What keep() was given under this name, with this very T.
template <typename T>
T kept(torch::autograd::AutogradContext& context, const std::string& name) {
  return c10::static_intrusive_pointer_cast<Kept<T>>(context.saved_data[name].toCapsule())->value;
}

}  // namespace cudal1::model
