#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "cudal1/model/training.h"

namespace cudal1::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor logits_of(const at::Tensor& rows, const at::Tensor& head) {
  return at::linear(rows, head).to(at::kFloat);
}

// d log p(t) / d logit_v = [v = t] - p(v): logits are made again, which costs a matrix product and
// saves [N, vocab].
struct TokenLogprobs : torch::autograd::Function<TokenLogprobs> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& rows,
                            const at::Tensor& head, const at::Tensor& targets, int64_t chunk) {
    const int64_t count = rows.size(0);
    at::Tensor logprobs = at::empty({count}, rows.options().dtype(at::kFloat));
    at::Tensor normaliser = at::empty_like(logprobs);
    for (int64_t begin = 0; begin < count; begin += chunk) {
      const int64_t size = std::min(chunk, count - begin);
      const at::Tensor logits = logits_of(rows.narrow(0, begin, size), head);
      const at::Tensor sum = logits.logsumexp(-1);
      const at::Tensor chosen =
          logits.gather(-1, targets.narrow(0, begin, size).unsqueeze(-1)).squeeze(-1);
      normaliser.narrow(0, begin, size).copy_(sum);
      logprobs.narrow(0, begin, size).copy_(chosen - sum);
    }
    context->save_for_backward({rows, head, targets, normaliser});
    context->saved_data["chunk"] = chunk;
    return logprobs;
  }

  static variable_list backward(AutogradContext* context, const variable_list& outputs) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &rows = saved[0], &head = saved[1], &targets = saved[2],
                     &normaliser = saved[3];
    const int64_t chunk = context->saved_data["chunk"].toInt(), count = rows.size(0);
    at::Tensor rows_gradient = at::empty_like(rows);
    // Summed up in single precision whatever the weights are; a frozen head has none.
    at::Tensor head_gradient;
    if (context->needs_input_grad(1))
      head_gradient = at::zeros(head.sizes(), head.options().dtype(at::kFloat));
    for (int64_t begin = 0; begin < count; begin += chunk) {
      const int64_t size = std::min(chunk, count - begin);
      const auto part = [&](const at::Tensor& all) { return all.narrow(0, begin, size); };
      const at::Tensor weight = part(outputs[0]).to(at::kFloat).unsqueeze(-1);
      at::Tensor gradient = logits_of(part(rows), head);
      gradient.sub_(part(normaliser).unsqueeze(-1)).exp_().mul_(weight.neg());
      gradient.scatter_add_(-1, part(targets).unsqueeze(-1), weight);
      gradient = gradient.to(rows.scalar_type());
      part(rows_gradient).copy_(gradient.mm(head));
      if (head_gradient.defined()) head_gradient.add_(gradient.t().mm(part(rows)));
    }
    if (head_gradient.defined()) head_gradient = head_gradient.to(head.scalar_type());
    return {rows_gradient, head_gradient, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

at::Tensor token_logprobs(const at::Tensor& rows, const at::Tensor& head, const at::Tensor& targets,
                          int64_t chunk) {
  return TokenLogprobs::apply(rows, head, targets, chunk);
}

}  // namespace cudal1::model
