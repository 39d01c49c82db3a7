// Every fused step on a GPU against plain ATen in double precision, forward and gradients.
#include "fused.h"

#include "cudal1/gpu/driver.h"
#include "cudal1/model/training.h"
#include "network_fixture.h"

namespace cudal1::model {
namespace {

using Tensors = std::vector<at::Tensor>;
// What is tried, with kernels or (null) without.
using Step = std::function<Tensors(const Kernels* kernels, const Tensors& inputs)>;

class FusedTest : public ::testing::TestWithParam<at::ScalarType> {
 protected:
  void SetUp() override {
    std::string why;
    if (!gpu::Driver::load(&why)) GTEST_SKIP() << "no GPU: " << why;
    at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
    at::manual_seed(5);
    kernels_ = Kernels::open();
  }

  // Random, exactly as the type has it.
  at::Tensor random(at::IntArrayRef shape) const {
    return at::randn(shape, at::kCUDA).to(GetParam()).to(at::kDouble);
  }

  // Outputs and gradients of `inputs`, of random weights of the outputs.
  static Tensors run(const Kernels* kernels, const Step& step, const Tensors& inputs,
                     const Tensors& weights, at::ScalarType type) {
    Tensors leaves;
    for (const at::Tensor& input : inputs)
      leaves.push_back(input.to(type).detach().clone().set_requires_grad(true));
    Tensors all = step(kernels, leaves);
    at::Tensor loss = at::zeros({}, at::TensorOptions(at::kDouble).device(at::kCUDA));
    for (size_t i = 0; i < all.size(); ++i)
      loss = loss + (all[i].to(at::kDouble) * weights.at(i)).sum();
    loss.backward();
    for (const at::Tensor& leaf : leaves) all.push_back(leaf.grad());
    return all;
  }

  // `inputs` in double precision; `outputs`: the shapes of the results.
  void expect_as_in_double(const Step& step, const Tensors& inputs,
                           const std::vector<std::vector<int64_t>>& outputs) const {
    Tensors weights;
    for (const auto& shape : outputs) weights.push_back(random(shape));
    const Tensors got = run(kernels_.get(), step, inputs, weights, GetParam());
    const Tensors expected = run(nullptr, step, inputs, weights, at::kDouble);
    ASSERT_EQ(got.size(), expected.size());
    const double bound = GetParam() == at::kFloat ? 2e-5 : GetParam() == at::kHalf ? 4e-3 : 2e-2;
    for (size_t i = 0; i < got.size(); ++i) {
      ASSERT_TRUE(got[i].defined()) << i;
      EXPECT_EQ(got[i].sizes(), expected[i].sizes()) << i;
      EXPECT_LE(relative_error(got[i], expected[i]), bound) << "outputs, then gradients: " << i;
    }
  }

  std::shared_ptr<const Kernels> kernels_;
};

TEST_P(FusedTest, AddNorm) {
  const Step both = [](const Kernels* kernels, const Tensors& in) {
    const Normed out = add_norm(kernels, in[0], in[1], in[2], 1e-6);
    return Tensors{out.sum, out.normed};
  };
  const Step alone = [](const Kernels* kernels, const Tensors& in) {
    const Normed out = add_norm(kernels, in[0], {}, in[1], 1e-6);
    return Tensors{out.sum, out.normed};
  };
  for (const int64_t width : {16, 64, 896, 1536, 3584, 8192})
    for (const int64_t rows : {1, 3001}) {
      SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(width));
      const std::vector<int64_t> shape = {rows, width};
      expect_as_in_double(both, {random(shape), random(shape), random({width})}, {shape, shape});
      expect_as_in_double(alone, {random(shape), random({width})}, {shape, shape});
    }
}

// The sum of a last norm goes nowhere.
TEST_P(FusedTest, AddNormOfWhichOnlyTheNormIsUsed) {
  const Step step = [](const Kernels* kernels, const Tensors& in) {
    return Tensors{add_norm(kernels, in[0], in[1], in[2], 1e-6).normed};
  };
  expect_as_in_double(step, {random({65, 896}), random({65, 896}), random({896})}, {{65, 896}});
}

TEST_P(FusedTest, Swiglu) {
  const Step step = [](const Kernels* kernels, const Tensors& in) {
    return Tensors{swiglu(kernels, in[0])};
  };
  expect_as_in_double(step, {random({1001, 2 * 4864})}, {{1001, 4864}});
  expect_as_in_double(step, {random({1, 16})}, {{1, 8}});
}

ModelConfig heads_config(int64_t heads, int64_t kv_heads, int64_t dim) {
  ModelConfig config;
  config.heads = heads, config.kv_heads = kv_heads, config.head_dim = dim;
  return config;
}

at::Tensor frequencies_of(int64_t dim) {
  const at::Tensor exponents =
      at::arange(0, dim / 2, at::kCUDA).to(at::kDouble) * (-2.0 / double(dim));
  return at::pow(10000.0, exponents).to(at::kFloat);
}

TEST_P(FusedTest, HeadsAreRotated) {
  for (const int64_t dim : {16, 64, 96, 128, 256}) {
    SCOPED_TRACE(dim);
    const int64_t tokens = 1001, heads = 6, kv = 2;
    const ModelConfig config = heads_config(heads, kv, dim);
    const at::Tensor positions =
        at::randint(2048, {tokens}, at::TensorOptions(at::kLong).device(at::kCUDA));
    const Step step = [&](const Kernels* kernels, const Tensors& in) {
      const Rotation rotation =
          rotation_of(kernels, positions, frequencies_of(dim), 1.25, in[0].scalar_type(), config);
      EXPECT_EQ(rotation.cosine.defined(), kernels == nullptr);
      const Heads out = heads_of(kernels, in[0], rotation, {}, {}, config);
      return Tensors{out.q, out.k, out.v};
    };
    expect_as_in_double(step, {random({tokens, (heads + 2 * kv) * dim})},
                        {{tokens, heads, dim}, {tokens, kv, dim}, {tokens, kv, dim}});
  }
}

TEST_P(FusedTest, HeadsAreNormalisedAndRotated) {
  for (const int64_t dim : {16, 64, 128}) {
    SCOPED_TRACE(dim);
    const int64_t tokens = 5003, heads = 5, kv = 1;
    ModelConfig config = heads_config(heads, kv, dim);
    config.qk_norm = true;
    const at::Tensor positions = at::arange(tokens, at::TensorOptions(at::kLong).device(at::kCUDA));
    const Step step = [&](const Kernels* kernels, const Tensors& in) {
      const Rotation rotation =
          rotation_of(kernels, positions, frequencies_of(dim), 1, in[0].scalar_type(), config);
      EXPECT_EQ(rotation.cosine.defined(), kernels == nullptr);
      const Heads out = heads_of(kernels, in[0], rotation, in[1], in[2], config);
      return Tensors{out.q, out.k, out.v};
    };
    expect_as_in_double(step,
                        {random({tokens, (heads + 2 * kv) * dim}), random({dim}), random({dim})},
                        {{tokens, heads, dim}, {tokens, kv, dim}, {tokens, kv, dim}});
  }
}

TEST_P(FusedTest, TokenLogprobs) {
  for (const int64_t vocab : {4096, 5000, 1003}) {  // the last has no whole vectors
    SCOPED_TRACE(vocab);
    const int64_t rows = 301, hidden = 64;
    const at::Tensor targets =
        at::randint(vocab, {rows}, at::TensorOptions(at::kLong).device(at::kCUDA));
    const Step step = [&](const Kernels* kernels, const Tensors& in) {
      if (kernels) return Tensors{token_logprobs(kernels, in[0], in[1], targets, 128)};
      return Tensors{at::log_softmax(at::linear(in[0], in[1]), -1)
                         .gather(-1, targets.unsqueeze(-1))
                         .squeeze(-1)};
    };
    const at::Tensor head = (random({vocab, hidden}) * 0.125).to(GetParam()).to(at::kDouble);
    expect_as_in_double(step, {random({rows, hidden}), head}, {{rows}});
  }
}

TEST_P(FusedTest, PackedAttention) {
  if (GetParam() == at::kFloat) GTEST_SKIP() << "single precision has no attention of its own";
  ModelConfig config = heads_config(14, 2, 64);
  config.sliding_window = 50;
  config.sliding_layers = {false, true};
  const std::vector<int64_t> lengths = {300, 1, 77, 40, 129};
  const int64_t tokens = 547;
  for (const int64_t layer : {0, 1}) {
    SCOPED_TRACE(layer);
    const Step step = [&](const Kernels*, const Tensors& in) {
      // Values as heads_of gives them: a view.
      const at::Tensor values = in[2].narrow(1, 3, 2);
      return Tensors{packed_attention(config, lengths)(layer, in[0], in[1], values)};
    };
    expect_as_in_double(
        step, {random({tokens, 14, 64}), random({tokens, 2, 64}), random({tokens, 5, 64})},
        {{tokens, 14, 64}});
  }
}

TEST_P(FusedTest, PackedAttentionOfEqualLengths) {
  if (GetParam() == at::kFloat) GTEST_SKIP() << "single precision has no attention of its own";
  const ModelConfig config = heads_config(14, 2, 64);
  const Step step = [&](const Kernels*, const Tensors& in) {
    return Tensors{
        packed_attention(config, {130, 130, 130})(0, in[0], in[1], in[2].narrow(1, 3, 2))};
  };
  expect_as_in_double(step, {random({390, 14, 64}), random({390, 2, 64}), random({390, 5, 64})},
                      {{390, 14, 64}});
}

TEST_P(FusedTest, PrefillKeepsWhatItReads) {
  const ModelConfig config = [] {
    ModelConfig made = heads_config(4, 2, 64);
    made.layers = 1;
    return made;
  }();
  const at::TensorOptions options = at::TensorOptions(GetParam()).device(at::kCUDA);
  const std::vector<int64_t> lengths = {30, 12};
  const at::Tensor q = at::randn({42, 4, 64}, options), k = at::randn({42, 2, 64}, options),
                   v = at::randn({42, 2, 64}, options);
  KeyValues cache(config, 2, 32, options);
  const at::Tensor got = cache.prefill(lengths, {1, 0})(0, q, k, v);
  const at::Tensor expected =
      packed_attention(config, lengths)(0, q.to(at::kDouble), k.to(at::kDouble), v.to(at::kDouble));
  EXPECT_LE(relative_error(got, expected), GetParam() == at::kFloat ? 2e-5 : 2e-2);
}

INSTANTIATE_TEST_SUITE_P(Types, FusedTest, ::testing::Values(at::kFloat, at::kHalf, at::kBFloat16),
                         [](const auto& info) { return std::string(c10::toString(info.param)); });

class GpuParityTest : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    std::string why;
    if (!gpu::Driver::load(&why)) GTEST_SKIP() << "no GPU: " << why;
    fixture_ = std::make_unique<Fixture>(GetParam(), at::Device(at::kCUDA, 0));
    ASSERT_NE(fixture_->transformer.kernels(), nullptr);
  }

  std::unique_ptr<Fixture> fixture_;
};

TEST_P(GpuParityTest, LogitsAreThoseOfTransformers) { expect_logits_of_transformers(*fixture_); }

TEST_P(GpuParityTest, GradientsAreThoseOfTransformers) {
  expect_gradients_of_transformers(*fixture_, Activations::kKept);
}

TEST_P(GpuParityTest, GradientsOfLayersRunAgainAreThoseOfTransformers) {
  expect_gradients_of_transformers(*fixture_, Activations::kRecomputed);
}

INSTANTIATE_TEST_SUITE_P(Families, GpuParityTest,
                         ::testing::Values("qwen2", "qwen2_sliding", "qwen2_yarn", "qwen3", "llama",
                                           "llama_bf16"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace cudal1::model
