// Adapters of peft beside a tiny Qwen2: its logits, merged and not, and gradients.
#include "cudal1/model/lora.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "cudal1/model/attention.h"
#include "cudal1/model/training.h"
#include "cudal1/model/transformer.h"

namespace cudal1::model {
namespace {

namespace fs = std::filesystem;

const fs::path kBase = CUDAL1_SOURCE_DIR "/tests/model/fixtures/qwen2";
const fs::path kAdapters = CUDAL1_SOURCE_DIR "/tests/model/adapters";

Weights base_weights(const Checkpoint& checkpoint) { return load_weights(checkpoint, at::kFloat); }

at::Tensor stored(const fs::path& file, const char* name) {
  return tensor_of(Safetensors::open(file).tensors().at(name)).clone();
}

at::Tensor logits_of(const Transformer& transformer, Activations activations = Activations::kKept) {
  const at::Tensor tokens = stored(kBase / "golden.safetensors", "input_ids");
  const std::vector<int64_t> lengths(size_t(tokens.size(0)), tokens.size(1));
  const at::Tensor positions = at::arange(tokens.size(1)).repeat({tokens.size(0)});
  return transformer.logits(transformer.hidden(
      tokens.flatten(), positions, packed_attention(transformer.config(), lengths), activations));
}

double relative_error(const at::Tensor& got, const at::Tensor& expected) {
  return ((got - expected).abs().max() / expected.abs().max()).item().toDouble();
}

class LoraTest : public ::testing::TestWithParam<const char*> {
 protected:
  Weights adapted() const {
    Weights weights = base_weights(checkpoint);
    add_adapter(weights, checkpoint.config(), Adapter::open(folder, checkpoint.config()));
    return weights;
  }
  Transformer of(Weights weights) const { return {checkpoint.config(), std::move(weights)}; }

  fs::path folder = kAdapters / GetParam();
  Checkpoint checkpoint = Checkpoint::open(kBase);
  at::Tensor expected = stored(folder / "golden.safetensors", "logits").flatten(0, 1);
};

TEST_P(LoraTest, LogitsAreThoseOfPeft) {
  const at::NoGradGuard no_grad;
  EXPECT_LE(relative_error(logits_of(of(adapted())), expected), 1e-4);
  EXPECT_GT(relative_error(logits_of(of(base_weights(checkpoint))), expected), 0.1);
}

TEST_P(LoraTest, MergedLogitsAreThoseOfPeft) {
  const at::NoGradGuard no_grad;
  Weights weights = base_weights(checkpoint);
  merge_adapter(weights, checkpoint.config(), folder);
  EXPECT_LE(relative_error(logits_of(of(weights)), expected), 1e-4);
  const auto once = named_weights(checkpoint.config(), weights);
  for (const auto& [name, weight] : merged_weights(checkpoint.config(), adapted()))
    EXPECT_TRUE(at::equal(weight, once.at(name))) << name;
}

// Against autograd on the merged matrices: W + s B A as a function of A and B.
TEST_P(LoraTest, GradientsAreThoseOfAutograd) {
  const Transformer transformer = of(adapted());
  for (const at::Tensor& factor : trained_of(transformer.weights())) factor.set_requires_grad(true);
  const at::Tensor direction = at::randn(expected.sizes());
  for (const Activations activations : {Activations::kKept, Activations::kRecomputed}) {
    (logits_of(transformer, activations) * direction).sum().backward();
    const LowRank& adapter = transformer.weights().layers[0].qkv_adapter;
    Weights plain = base_weights(checkpoint);
    const at::Tensor a = adapter.a.detach().clone().set_requires_grad(true);
    const at::Tensor b = adapter.b.detach().clone().set_requires_grad(true);
    const LowRank leaf{a, b, adapter.parts, adapter.scale};
    at::Tensor qkv = plain.layers[0].qkv;
    for (const auto& part : leaf.parts)
      qkv = qkv + at::constant_pad_nd(leaf.scale * leaf.b_of(part).mm(leaf.a_of(part)),
                                      {0, 0, part.begin, qkv.size(0) - part.begin - part.rows});
    Weights rest = transformer.weights();
    rest.layers[0].qkv = qkv;
    rest.layers[0].qkv_adapter = {};
    (logits_of(of(rest)) * direction).sum().backward();
    EXPECT_LE(relative_error(adapter.a.grad(), a.grad()), 1e-4);
    EXPECT_LE(relative_error(adapter.b.grad(), b.grad()), 1e-4);
    for (const at::Tensor& frozen : parameters_of(transformer.weights()))
      EXPECT_FALSE(frozen.grad().defined());
    for (const at::Tensor& factor : trained_of(transformer.weights()))
      factor.mutable_grad() = at::Tensor();
  }
}

TEST_P(LoraTest, WhatIsWrittenIsReadBack) {
  const Weights weights = adapted();
  const fs::path made = fs::path(testing::TempDir()) / "cudal1-adapter" / GetParam();
  std::map<std::string, TensorView> views;
  const auto factors = named_factors(weights);
  for (const auto& [name, factor] : factors)
    views[name] = {ElementType::kF32,
                   factor.sizes().vec(),
                   {static_cast<const std::byte*>(factor.const_data_ptr()), factor.nbytes()}};
  save_adapter(made, *weights.adapter, kBase.string(), views);
  const Adapter again = Adapter::open(made, checkpoint.config());
  EXPECT_EQ(again.shape(), *weights.adapter);
  for (const auto& [name, view] : again.tensors())
    EXPECT_TRUE(at::equal(tensor_of(view), factors.at(name))) << name;
}

INSTANTIATE_TEST_SUITE_P(Adapters, LoraTest, ::testing::Values("all", "some"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Lora, BeginsAsTheModelItIsBeside) {
  const at::NoGradGuard no_grad;
  const Checkpoint checkpoint = Checkpoint::open(kBase);
  Weights weights = base_weights(checkpoint);
  add_adapter(weights, checkpoint.config(), {.rank = 8, .targets = {"q_proj", "down_proj"}}, 3);
  const LayerWeights& layer = weights.layers[1];
  EXPECT_FALSE(layer.gate_up_adapter.a.defined());
  EXPECT_EQ(layer.qkv_adapter.a.sizes().vec(), (std::vector<int64_t>{8, 32}));
  EXPECT_EQ(trained_of(weights).size(), 2 * weights.layers.size() * 2);
  const double largest = layer.qkv_adapter.a.abs().max().item().toDouble();
  EXPECT_LE(largest, 1 / std::sqrt(32.0));
  EXPECT_GE(largest, 0.9 / std::sqrt(32.0));
  const Transformer plain(checkpoint.config(), base_weights(checkpoint));
  EXPECT_TRUE(at::equal(logits_of({checkpoint.config(), weights}), logits_of(plain)));
}

// What is called with a frozen head makes no gradient of the vocabulary's size.
TEST(Lora, AFrozenHeadHasNoGradient) {
  const at::Tensor rows = at::randn({5, 8}).set_requires_grad(true), head = at::randn({11, 8});
  token_logprobs(nullptr, rows, head, at::arange(5)).sum().backward();
  EXPECT_TRUE(rows.grad().defined());
  EXPECT_FALSE(head.grad().defined());
}

}  // namespace
}  // namespace cudal1::model
