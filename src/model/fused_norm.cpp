#include <ATen/ATen.h>

#include "fused.h"
#include "kept.h"
#include "kernel_name.h"
#include "kernel_parts.h"

namespace cudal1::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kHeld = 4;         // as in kernels/rms_norm.cu
constexpr int64_t kLongest = 512;    // there too
constexpr uint32_t kWarps = 8;       // of a block of short rows
constexpr int64_t kBlocksPerSm = 2;  // that sum up a weight's gradient

// Threads of a row, rows.
Dim3 block_of(const at::Tensor& rows) {
  const int64_t vectors = rows.size(-1) / vector_size(rows.scalar_type());
  const int64_t threads = ((vectors + kHeld - 1) / kHeld + 31) / 32 * 32;
  return {uint32_t(threads), threads == 32 ? kWarps : 1, 1};
}

int64_t blocks_of(const at::Tensor& rows, const Dim3& block) {
  return ceil_div(rows.size(0), block.y);
}

// Returns {sum, normed}, or {normed} where nothing is added.
struct AddNorm : torch::autograd::Function<AddNorm> {
  static variable_list forward(AutogradContext* context, const at::Tensor& state,
                               const at::Tensor& weight, const std::optional<at::Tensor>& added,
                               double epsilon, const Kernels* kernels) {
    const at::Tensor sum = added ? at::empty_like(state) : state;
    const at::Tensor normed = at::empty_like(state);
    const at::Tensor scales = at::empty({state.size(0)}, state.options().dtype(at::kFloat));
    const Dim3 block = block_of(state);
    launch(*kernels, "rms_norm", kernel_name("add_norm_2", state.scalar_type()),
           {{uint32_t(blocks_of(state, block)), 1, 1}, block}, data_of(state),
           added ? data_of(*added) : nullptr, data_of(weight), sum.mutable_data_ptr(),
           normed.mutable_data_ptr(), scales.mutable_data_ptr(), int64_t(state.size(0)),
           int(state.size(1)), float(epsilon));
    context->save_for_backward({sum, weight, scales});
    keep(*context, "kernels", kernels);
    context->set_materialize_grads(false);
    return added ? variable_list{sum, normed} : variable_list{normed};
  }

  static variable_list backward(AutogradContext* context, const variable_list& outputs) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &sum = saved[0], &weight = saved[1], &scales = saved[2];
    const auto* kernels = kept<const Kernels*>(*context, "kernels");
    const bool adds = outputs.size() == 2;
    const at::Tensor direct = adds && outputs[0].defined() ? outputs[0].contiguous() : at::Tensor();
    const at::Tensor of_normed =
        outputs.back().defined() ? outputs.back().contiguous() : at::zeros_like(sum);
    const at::Tensor gradient = at::empty_like(sum);
    const int64_t width = sum.size(1);
    const Dim3 block = block_of(sum);
    const int64_t blocks =
        std::min<int64_t>(blocks_of(sum, block), kBlocksPerSm * kernels->multiprocessors());
    const at::Tensor partials = at::empty({blocks, width}, scales.options());
    const auto shared = block.y == 1 ? 0 : uint32_t(block.y * width * sizeof(float));
    launch(*kernels, "rms_norm", kernel_name("add_norm_backward_2", sum.scalar_type()),
           {{uint32_t(blocks), 1, 1}, block, shared}, data_of(sum), data_of(weight),
           data_of(scales), data_of(of_normed), data_of(direct), gradient.mutable_data_ptr(),
           partials.mutable_data_ptr(), int64_t(sum.size(0)), int(width));
    const at::Tensor of_weight = context->needs_input_grad(1)
                                     ? summed_up(*kernels, partials, weight.scalar_type())
                                     : at::Tensor();
    return {gradient, of_weight, adds ? gradient : at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

bool takes(const Kernels* kernels, const at::Tensor& state, const at::Tensor& added,
           const at::Tensor& weight) {
  return fit(kernels, {state, added, weight}) && state.dim() == 2 && state.size(0) > 0 &&
         state.size(1) <= kLongest * kHeld * vector_size(state.scalar_type());
}

}  // namespace

Normed add_norm(const Kernels* kernels, const at::Tensor& state, const at::Tensor& added,
                const at::Tensor& weight, double epsilon) {
  if (takes(kernels, state, added, weight)) {
    const variable_list made = AddNorm::apply(state, weight, if_defined(added), epsilon, kernels);
    return {added.defined() ? made[0] : state, made.back()};
  }
  const at::Tensor sum = added.defined() ? state + added : state;
  return {sum, at::rms_norm(sum, {sum.size(-1)}, weight, epsilon)};
}

}  // namespace cudal1::model
