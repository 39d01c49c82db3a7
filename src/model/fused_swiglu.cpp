#include <ATen/ATen.h>

#include "fused.h"
#include "kept.h"
#include "kernel_name.h"
#include "kernel_parts.h"

namespace cudal1::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kThreads = 256;

// A thread for every 16 bytes of results [rows, width].
LaunchShape shape_of(const at::Tensor& results) {
  const int64_t threads = results.numel() / vector_size(results.scalar_type());
  return {{uint32_t(ceil_div(threads, kThreads)), 1, 1}, {uint32_t(kThreads), 1, 1}};
}

struct Swiglu : torch::autograd::Function<Swiglu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& gate_up,
                            const Kernels* kernels) {
    const int64_t rows = gate_up.size(0), width = gate_up.size(1) / 2;
    const at::Tensor results = at::empty({rows, width}, gate_up.options());
    launch(*kernels, "swiglu", kernel_name("swiglu_2", gate_up.scalar_type()), shape_of(results),
           data_of(gate_up), results.mutable_data_ptr(), rows, int(width));
    context->save_for_backward({gate_up});
    keep(*context, "kernels", kernels);
    return results;
  }

  static variable_list backward(AutogradContext* context, const variable_list& outputs) {
    const at::Tensor gate_up = context->get_saved_variables()[0];
    const auto* kernels = kept<const Kernels*>(*context, "kernels");
    const at::Tensor of_results = outputs[0].contiguous(), gradient = at::empty_like(gate_up);
    launch(*kernels, "swiglu", kernel_name("swiglu_backward", gate_up.scalar_type()),
           shape_of(of_results), data_of(gate_up), data_of(of_results), gradient.mutable_data_ptr(),
           int64_t(gate_up.size(0)), int(of_results.size(1)));
    return {gradient, at::Tensor()};
  }
};

}  // namespace

at::Tensor swiglu(const Kernels* kernels, const at::Tensor& gate_up) {
  if (fit(kernels, {gate_up}) && gate_up.dim() == 2 &&
      gate_up.size(1) % (2 * vector_size(gate_up.scalar_type())) == 0)
    return Swiglu::apply(gate_up, kernels);
  const auto parts = gate_up.chunk(2, -1);
  return at::silu(parts[0]) * parts[1];
}

}  // namespace cudal1::model
