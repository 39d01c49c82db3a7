// What a run will take, and how much arithmetic it is, against figures worked out by hand.
#include "plan.h"

#include <gtest/gtest.h>

#include "model_flops.h"

namespace cudal1::train {
namespace {

constexpr double kGibi = 1 << 30;

// Qwen2.5-Coder-7B.
model::ModelConfig seven_billion() {
  model::ModelConfig shape;
  shape.vocab_size = 152064;
  shape.hidden_size = 3584;
  shape.intermediate_size = 18944;
  shape.layers = 28;
  shape.heads = 28;
  shape.kv_heads = 4;
  shape.head_dim = 128;
  shape.qkv_bias = true;
  return shape;
}

const model::LoraShape kAll{.rank = 16, .alpha = 16, .targets = model::lora_targets()};

Plan planned(const TrainConfig& config, std::optional<model::LoraShape> adapter) {
  const Ingredients ingredients{
      model::Tokenizer::parse(model::train_tokenizer({}, {.vocab_size = 256, .special_tokens = {}}),
                              "bytes"),
      seven_billion(),
      0,
      {},
      {},
      std::move(adapter)};
  return plan_of(config, ingredients, {.name = "NVIDIA H200", .is_gpu = true, .element_bytes = 2});
}

TEST(Sizes, OfAnAdapterAreItsFactors) {
  // Per layer rank · Σ (in + out): q 7168, k and v 4096 each, o 7168, gate, up and down 22528 each.
  const Sizes sizes = sizes_of(seven_billion(), kAll);
  EXPECT_EQ(sizes.model, 7615616512);
  EXPECT_EQ(sizes.adapter, 28 * 16 * (7168 + 2 * 4096 + 7168 + 3 * 22528));
  EXPECT_EQ(sizes.trained(), sizes.adapter);
  EXPECT_EQ(sizes_of(seven_billion(), std::nullopt).trained(), sizes.model);
}

TEST(Flops, FollowPalmsFormula) {
  const model::ModelConfig shape = seven_billion();
  const double multiplied = 7615616512.0 - 152064.0 * 3584.0;
  const double attention = 12.0 * 28 * 28 * 128 * 1000;
  EXPECT_DOUBLE_EQ(flops_per_token(shape, sizes_of(shape, std::nullopt), 1000),
                   6 * multiplied + attention);
  const Sizes adapted = sizes_of(shape, kAll);
  EXPECT_DOUBLE_EQ(flops_per_token(shape, adapted, 1000),
                   4 * multiplied + 6 * double(adapted.adapter) + attention);
  model::ModelConfig tied = shape;
  tied.tied_embeddings = true;
  EXPECT_DOUBLE_EQ(flops_per_token(tied, sizes_of(tied, std::nullopt), 0), 6 * multiplied);
}

TEST(PeakFlops, AreOfTheGpuByItsName) {
  EXPECT_EQ(peak_flops("NVIDIA H200"), 989e12);
  EXPECT_EQ(peak_flops("NVIDIA H100 80GB HBM3"), 989e12);
  EXPECT_EQ(peak_flops("NVIDIA H100 PCIe"), 756e12);
  EXPECT_EQ(peak_flops("NVIDIA A100-SXM4-80GB"), 312e12);
  EXPECT_EQ(peak_flops("NVIDIA GH200 480GB"), 989e12);
  EXPECT_EQ(peak_flops("NVIDIA A10G"), 70e12);
  EXPECT_EQ(peak_flops("NVIDIA GeForce GTX 1080"), std::nullopt);
  EXPECT_EQ(peak_flops("NVIDIA RTX A4000"), std::nullopt);
}

TEST(Plan, AnAdapterOfASevenBillionModelLeavesRoomOnAnH200) {
  TrainConfig config;
  config.lora.rank = 16;
  const Plan plan = planned(config, kAll);
  EXPECT_EQ(plan.device, "NVIDIA H200");
  EXPECT_EQ(plan.trained, 40370176);
  EXPECT_GT(plan.memory_bytes, 14 * kGibi);  // the frozen weights alone
  EXPECT_LT(plan.memory_bytes, 80 * kGibi);
  config.recompute = true;
  EXPECT_LT(planned(config, kAll).memory_bytes, 24 * kGibi);
}

TEST(Plan, AllWeightsTakeGradientsMomentsAndMasters) {
  TrainConfig config;
  config.recompute = true;
  EXPECT_GT(planned(config, std::nullopt).memory_bytes, 7615616512.0 * 20);
}

}  // namespace
}  // namespace cudal1::train
