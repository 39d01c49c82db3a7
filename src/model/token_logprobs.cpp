#include <ATen/ATen.h>

#include "cudal1/model/training.h"
#include "kept.h"
#include "kernel_name.h"
#include "kernel_parts.h"

namespace cudal1::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr int64_t kRowsOnCpu = 1024;
constexpr int64_t kLogitsOnGpu = int64_t(1) << 29;  // 1 GiB of two bytes each
constexpr uint32_t kThreads = 512;                  // of a row of logits
constexpr uint32_t kGradientThreads = 256;          // as in kernels/logprob.cu
constexpr int64_t kPiece = 4;                       // there too: vectors of a thread

// Of some rows: what was chosen, and log sum exp. All [n]; float32 but targets.
struct Chosen {
  at::Tensor targets, logprobs, normaliser;

  Chosen narrow(int64_t begin, int64_t size) const {
    const auto part = [&](const at::Tensor& all) { return all.narrow(0, begin, size); };
    return {part(targets), part(logprobs), part(normaliser)};
  }
};

void choose(const Kernels* kernels, const at::Tensor& logits, const Chosen& chosen) {
  if (fit(kernels, {logits})) {
    launch(*kernels, "logprob", kernel_name("logprob_2", logits.scalar_type()),
           {{uint32_t(logits.size(0)), 1, 1}, {kThreads, 1, 1}}, data_of(logits),
           data_of(chosen.targets), chosen.logprobs.mutable_data_ptr(),
           chosen.normaliser.mutable_data_ptr(), int(logits.size(1)));
    return;
  }
  const at::Tensor wide = logits.to(at::kFloat), sum = wide.logsumexp(-1);
  chosen.normaliser.copy_(sum);
  chosen.logprobs.copy_(wide.gather(-1, chosen.targets.unsqueeze(-1)).squeeze(-1) - sum);
}

// d log p(t) / d logit_v = [v = t] - p(v), weighted by row: in the logits' type and maybe in their
// place.
at::Tensor gradient_of(const Kernels* kernels, const at::Tensor& logits, const at::Tensor& targets,
                       const at::Tensor& normaliser, const at::Tensor& weights) {
  if (fit(kernels, {logits})) {
    const int64_t piece = kPiece * kGradientThreads * vector_size(logits.scalar_type());
    launch(*kernels, "logprob", kernel_name("logprob_gradient_2", logits.scalar_type()),
           {{uint32_t(logits.size(0)), uint32_t(ceil_div(logits.size(1), piece)), 1},
            {kGradientThreads, 1, 1}},
           data_of(logits), data_of(targets), data_of(normaliser), data_of(weights),
           logits.mutable_data_ptr(), int(logits.size(1)));
    return logits;
  }
  const at::Tensor weight = weights.unsqueeze(-1);
  at::Tensor gradient = logits.to(at::kFloat);
  gradient.sub_(normaliser.unsqueeze(-1)).exp_().mul_(weight.neg());
  gradient.scatter_add_(-1, targets.unsqueeze(-1), weight);
  return gradient.to(logits.scalar_type());
}

// sum += one * other, in single precision whatever they are.
void add_product(at::Tensor& sum, const at::Tensor& one, const at::Tensor& other) {
  if (sum.is_cuda() && one.scalar_type() != at::kFloat)
    at::addmm_out(sum, sum, one, other, at::kFloat);
  else
    sum.add_(one.mm(other));
}

// Logits are made again for the gradient, which costs a matrix product and saves [N, vocab].
struct TokenLogprobs : torch::autograd::Function<TokenLogprobs> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& rows,
                            const at::Tensor& head, const at::Tensor& targets, int64_t chunk,
                            const Kernels* kernels) {
    const int64_t count = rows.size(0);
    const auto type = rows.options().dtype(at::kFloat);
    const Chosen chosen{targets, at::empty({count}, type), at::empty({count}, type)};
    for (int64_t begin = 0; begin < count; begin += chunk) {
      const int64_t size = std::min(chunk, count - begin);
      choose(kernels, at::linear(rows.narrow(0, begin, size), head), chosen.narrow(begin, size));
    }
    context->save_for_backward({rows, head, targets, chosen.normaliser});
    keep(*context, "chunk", chunk);
    keep(*context, "kernels", kernels);
    return chosen.logprobs;
  }

  static variable_list backward(AutogradContext* context, const variable_list& outputs) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &rows = saved[0], &head = saved[1], &targets = saved[2],
                     &normaliser = saved[3];
    const auto* kernels = kept<const Kernels*>(*context, "kernels");
    const int64_t chunk = kept<int64_t>(*context, "chunk"), count = rows.size(0);
    const at::Tensor weights = outputs[0].to(at::kFloat).contiguous();
    const at::Tensor rows_gradient = at::empty_like(rows);
    at::Tensor head_gradient;  // none where the head is frozen
    if (context->needs_input_grad(1))
      head_gradient = at::zeros(head.sizes(), head.options().dtype(at::kFloat));
    for (int64_t begin = 0; begin < count; begin += chunk) {
      const int64_t size = std::min(chunk, count - begin);
      const auto part = [&](const at::Tensor& all) { return all.narrow(0, begin, size); };
      const at::Tensor gradient = gradient_of(kernels, at::linear(part(rows), head), part(targets),
                                              part(normaliser), part(weights));
      at::Tensor of_rows = part(rows_gradient);
      at::mm_out(of_rows, gradient, head);
      if (head_gradient.defined()) add_product(head_gradient, gradient.t(), part(rows));
    }
    if (head_gradient.defined()) head_gradient = head_gradient.to(head.scalar_type());
    return {rows_gradient, head_gradient, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

int64_t rows_at_once(const at::Tensor& head) {
  return head.is_cuda() ? std::max<int64_t>(1, kLogitsOnGpu / head.size(0)) : kRowsOnCpu;
}

}  // namespace

at::Tensor token_logprobs(const Kernels* kernels, const at::Tensor& rows, const at::Tensor& head,
                          const at::Tensor& targets, std::optional<int64_t> chunk) {
  return TokenLogprobs::apply(rows.contiguous(), head, targets.contiguous(),
                              chunk.value_or(rows_at_once(head)), kernels);
}

}  // namespace cudal1::model
