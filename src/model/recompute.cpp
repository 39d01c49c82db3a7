#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include "cudal1/model/training.h"
#include "kept.h"

namespace cudal1::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct Recomputed : torch::autograd::Function<Recomputed> {
  static variable_list forward(AutogradContext* context, at::TensorList inputs, const Run& run) {
    context->save_for_backward(inputs.vec());
    keep(*context, "run", run);
    return run(inputs.vec());  // without gradients: autograd is off in here
  }

  static variable_list backward(AutogradContext* context, const variable_list& outputs) {
    const at::AutoGradMode with_gradients(true);
    variable_list inputs;
    for (const at::Tensor& saved : context->get_saved_variables())
      inputs.push_back(saved.detach().set_requires_grad(true));
    torch::autograd::backward(kept<Run>(*context, "run")(inputs), outputs);
    variable_list gradients;
    for (const at::Tensor& input : inputs) gradients.push_back(input.grad());
    gradients.emplace_back();  // of `run`
    return gradients;
  }
};

}  // namespace

std::vector<at::Tensor> recomputed(const Run& run, const std::vector<at::Tensor>& inputs) {
  return Recomputed::apply(at::TensorList(inputs), run);
}

}  // namespace cudal1::model
