// A product with a frozen matrix and with the factors beside it.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "cudal1/model/lora.h"

namespace cudal1::model {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Kept from forward to backward as a list of integers.
std::vector<int64_t> flattened(const std::vector<LowRank::Part>& parts) {
  std::vector<int64_t> numbers;
  for (const LowRank::Part& part : parts)
    for (const int64_t number : {part.begin, part.rows, part.a_begin, part.b_begin})
      numbers.push_back(number);
  return numbers;
}

LowRank restored(const at::Tensor& a, const at::Tensor& b, const std::vector<int64_t>& numbers,
                 double scale) {
  LowRank adapter{a, b, {}, scale};
  for (size_t i = 0; i + 3 < numbers.size(); i += 4)
    adapter.parts.push_back({"", numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]});
  return adapter;
}

// What is not differentiated, so that no gradient is ever made for it.
struct Frozen {
  const at::Tensor &weight, &bias;  // [out, in], [out] or undefined
  const LowRank& adapter;
};

// With u = x Aᵀ [T, parts · rank], g = dy [T, out] and a part's columns u_i, g_i:
//   y_i = (x Wᵀ)_i + s u_i B_iᵀ     dB_i = s g_iᵀ u_i    du_i = s g_i B_i
//   dA = duᵀ x                      dx = g W + du A
struct LowRankProduct : torch::autograd::Function<LowRankProduct> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& a,
                            const at::Tensor& b, const Frozen& frozen) {
    const LowRank& adapter = frozen.adapter;
    const at::Tensor y = at::linear(x, frozen.weight, frozen.bias);
    const at::Tensor u = at::linear(x, a);
    for (const LowRank::Part& part : adapter.parts)
      y.narrow(1, part.begin, part.rows)
          .addmm_(u.narrow(1, part.a_begin, adapter.rank()), adapter.b_of(part).t(), 1,
                  adapter.scale);
    context->save_for_backward({x, frozen.weight, a, b, u});
    context->saved_data["parts"] = flattened(adapter.parts);
    context->saved_data["scale"] = adapter.scale;
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& outputs) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1], &a = saved[2], &b = saved[3], &u = saved[4],
                     &g = outputs[0];
    const LowRank adapter = restored(a, b, context->saved_data["parts"].toIntVector(),
                                     context->saved_data["scale"].toDouble());
    const at::Tensor du = at::empty_like(u), db = at::empty_like(b);
    for (const LowRank::Part& part : adapter.parts) {
      const at::Tensor g_i = g.narrow(1, part.begin, part.rows);
      const auto columns = [&](const at::Tensor& all) {
        return all.narrow(1, part.a_begin, adapter.rank());
      };
      columns(du).copy_(g_i.mm(adapter.b_of(part)));
      db.narrow(0, part.b_begin, part.rows).copy_(g_i.t().mm(columns(u)));
    }
    du.mul_(adapter.scale);
    db.mul_(adapter.scale);
    at::Tensor dx;
    if (context->needs_input_grad(0)) dx = g.mm(weight).addmm_(du, a);
    return {dx, du.t().mm(x), db, at::Tensor()};
  }
};

}  // namespace

at::Tensor LowRank::a_of(const Part& part) const { return a.narrow(0, part.a_begin, rank()); }
at::Tensor LowRank::b_of(const Part& part) const { return b.narrow(0, part.b_begin, part.rows); }

at::Tensor projected(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                     const LowRank& adapter) {
  if (!adapter.a.defined()) return at::linear(x, weight, bias);
  return LowRankProduct::apply(x, adapter.a, adapter.b, Frozen{weight, bias, adapter});
}

}  // namespace cudal1::model
