#include <ATen/ATen.h>
#include <ATen/core/custom_class.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include "cudal1/model/training.h"

namespace cudal1::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;
using Run = std::function<at::Tensor(const at::Tensor&)>;

struct Kept : torch::CustomClassHolder {
  explicit Kept(Run given) : run(std::move(given)) {}
  Run run;
};

struct Recomputed : torch::autograd::Function<Recomputed> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const Run& run) {
    context->save_for_backward({input});
    context->saved_data["run"] = c10::IValue::make_capsule(c10::make_intrusive<Kept>(run));
    return run(input);  // without gradients: autograd is off in here
  }

  static variable_list backward(AutogradContext* context, const variable_list& outputs) {
    const auto kept =
        c10::static_intrusive_pointer_cast<Kept>(context->saved_data["run"].toCapsule());
    const at::AutoGradMode with_gradients(true);
    const at::Tensor input = context->get_saved_variables()[0].detach().set_requires_grad(true);
    kept->run(input).backward(outputs[0]);
    return {input.grad(), at::Tensor()};
  }
};

}  // namespace

// Autograd sees the input alone: where that has no gradient (behind a frozen embedding), the
// parameters inside would get none either.
at::Tensor recomputed(const Run& run, const at::Tensor& input) {
  const bool needed = at::GradMode::is_enabled() && !input.requires_grad();
  return Recomputed::apply(needed ? input.detach().set_requires_grad(true) : input, run);
}

}  // namespace cudal1::model
