// The memory-saving parts against plain autograd.
#include "cudal1/model/training.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace cudal1::model {
namespace {

struct Problem {
  at::Tensor rows, head, targets, weights;

  explicit Problem(uint64_t seed) {
    at::manual_seed(seed);
    rows = at::randn({37, 16}).set_requires_grad(true);
    head = at::randn({50, 16}).set_requires_grad(true);
    targets = at::randint(50, {37});
    weights = at::randn({37});
  }
  at::Tensor plain() const {
    return at::log_softmax(at::linear(rows, head), -1)
        .gather(-1, targets.unsqueeze(-1))
        .squeeze(-1);
  }
};

TEST(TokenLogprobs, AndTheirGradientsAreThoseOfLogSoftmax) {
  for (const int64_t chunk : {1, 8, 37, 1000}) {
    const Problem one(1), other(1);
    const at::Tensor expected = one.plain();
    const at::Tensor got = token_logprobs(nullptr, other.rows, other.head, other.targets, chunk);
    EXPECT_TRUE(at::allclose(got, expected, 1e-5, 1e-6));
    (expected * one.weights).sum().backward();
    (got * other.weights).sum().backward();
    EXPECT_TRUE(at::allclose(other.rows.grad(), one.rows.grad(), 1e-4, 1e-5));
    EXPECT_TRUE(at::allclose(other.head.grad(), one.head.grad(), 1e-4, 1e-5));
  }
}

TEST(Recomputed, GivesTheSameGradientsAndRunsTwice) {
  at::manual_seed(2);
  const at::Tensor weight = at::randn({8, 8}).set_requires_grad(true);
  const at::Tensor input = at::randn({4, 8}).set_requires_grad(true);
  int runs = 0;
  const auto run = [&](const std::vector<at::Tensor>& x) {
    return ++runs, std::vector{at::silu(at::linear(x[0], weight)) + x[1], x[0] * x[1]};
  };
  const auto loss = [](const std::vector<at::Tensor>& x) { return (x[0].square() + x[1]).sum(); };
  loss(run(run({input, input.sin()}))).backward();
  const at::Tensor of_weight = weight.grad().clone(), of_input = input.grad().clone();
  weight.mutable_grad() = at::Tensor();
  input.mutable_grad() = at::Tensor();
  runs = 0;
  loss(recomputed(run, recomputed(run, {input, input.sin()}))).backward();
  EXPECT_EQ(runs, 4);
  EXPECT_TRUE(at::equal(weight.grad(), of_weight));
  EXPECT_TRUE(at::equal(input.grad(), of_input));
}

}  // namespace
}  // namespace cudal1::model
