// Three hundred steps against PyTorch's own, and what may not change what is learned.
#include "learner.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/model/lora.h"
#include "lesson.h"
#include "run_state.h"

namespace cudal1::train {
namespace {

const std::filesystem::path kBase = CUDAL1_SOURCE_DIR "/tests/model/fixtures/qwen2";
const std::filesystem::path kAdapter = CUDAL1_SOURCE_DIR "/tests/model/adapters/all";

class LearnerTest : public ::testing::Test {
 protected:
  LearnerTest() { at::set_num_threads(1); }  // more only get in each other's way
  static Learner start(const TrainConfig& config) {
    const auto checkpoint = model::Checkpoint::open(kBase);
    return {checkpoint.config(), model::load_weights(checkpoint, at::kFloat), config};
  }
  static Learner start_with_adapter(const TrainConfig& config, at::ScalarType type = at::kFloat) {
    const auto checkpoint = model::Checkpoint::open(kBase);
    model::Weights weights = model::load_weights(checkpoint, type);
    model::add_adapter(weights, checkpoint.config(),
                       model::Adapter::open(kAdapter, checkpoint.config()));
    return {checkpoint.config(), std::move(weights), config};
  }
  Learner::Update step(Learner& learner, int64_t number, int64_t micro_tokens = 1 << 20) const {
    return step_of(known, learner, number, micro_tokens);
  }

  Lesson known = lesson();
};

TEST_F(LearnerTest, LearnsAsPyTorchDoes) { expect_as_pytorch(start(recipe())); }

TEST_F(LearnerTest, MicroBatchesAndRecomputationChangeNothing) {
  TrainConfig config = recipe();
  Learner whole = start(config);
  config.recompute = true;
  Learner parts = start(config);
  for (int64_t i = 0; i < 20; ++i) {
    const Learner::Update a = step(whole, i), b = step(parts, i, /*micro_tokens=*/24);
    EXPECT_NEAR(a.loss, b.loss, 1e-4 * a.loss) << i;
    EXPECT_NEAR(a.gradient_norm, b.gradient_norm, 1e-3 * a.gradient_norm) << i;
  }
}

TEST_F(LearnerTest, GoesOnFromACheckpointBitForBit) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("cudal1-learner-" + std::to_string(::getpid()));
  Learner first = start(recipe());
  for (int64_t i = 0; i < 7; ++i) step(first, i);
  const auto state = save_state(folder, first, "{}", {7, {1, 3}}, 2);
  Learner second = start(recipe());
  const Progress progress = load_state(state, second);
  EXPECT_EQ(progress.step, 7);
  EXPECT_EQ(progress.position, (ExampleStream::Position{1, 3}));
  EXPECT_EQ(latest_state(folder), state);
  expect_same_steps(known, first, second, 7, 15);
  remove_folder(folder);
}

// peft's own losses, from the adapter that tests/model/make_lora_fixture.py made.
TEST_F(LearnerTest, AdaptersLearnAsPeftsDo) {
  const auto golden = model::Safetensors::open(kAdapter / "golden.safetensors");
  const at::Tensor losses = model::tensor_of(golden.tensors().at("losses")).clone();
  const at::Tensor norms = model::tensor_of(golden.tensors().at("norms")).clone();
  Learner learner = start_with_adapter(recipe());
  for (int64_t i = 0; i < losses.numel(); ++i) {
    const Learner::Update got = step(learner, i);
    const double loss = losses[i].item().toDouble(), norm = norms[i].item().toDouble();
    EXPECT_NEAR(got.loss, loss, 1e-3 * loss) << i;
    EXPECT_NEAR(got.gradient_norm, norm, 1e-2 * norm) << i;
  }
}

TEST_F(LearnerTest, NothingButTheAdapterIsTrained) {
  for (const bool recompute : {false, true}) {
    TrainConfig config = recipe();
    config.recompute = recompute;
    Learner learner = start_with_adapter(config), untouched = start_with_adapter(config);
    const double first = step(learner, 0).loss;
    for (int64_t i = 0; i < 50; ++i) step(learner, i + 1);
    EXPECT_LT(step(learner, 0).loss, first);
    const auto& weights = learner.transformer().weights();
    for (const auto& [name, before] :
         model::named_weights(learner.transformer().config(), untouched.transformer().weights()))
      EXPECT_TRUE(
          at::equal(before, model::named_weights(learner.transformer().config(), weights).at(name)))
          << name;
    for (const auto& [name, before] : model::named_factors(untouched.transformer().weights()))
      EXPECT_FALSE(at::equal(before, model::named_factors(weights).at(name))) << name;
  }
}

TEST_F(LearnerTest, AnAdapterGoesOnFromACheckpointBitForBit) {
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("cudal1-adapter-" + std::to_string(::getpid()));
    Learner first = start_with_adapter(recipe(), type);
    for (int64_t i = 0; i < 7; ++i) step(first, i);
    const auto state = save_state(folder, first, "{}", {7, {1, 3}}, 2);
    EXPECT_FALSE(std::filesystem::exists(state / "model.safetensors"));
    Learner second = start_with_adapter(recipe(), type);
    load_state(state, second);
    expect_same_steps(known, first, second, 7, 12);
    remove_folder(folder);
  }
}

// The model that is written has the adapter in it; the adapter beside it gives the same logits.
TEST_F(LearnerTest, TheMergedModelIsTheBaseWithItsAdapter) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("cudal1-merged-" + std::to_string(::getpid()));
  Learner learner = start_with_adapter(recipe());
  for (int64_t i = 0; i < 5; ++i) step(learner, i);
  save_model(folder / "model", learner, "{}");
  save_factors(folder / "adapter", learner);
  const auto merged = model::Checkpoint::open(folder / "model");
  const auto base = model::Checkpoint::open(kBase);
  model::Weights weights = model::load_weights(base, at::kFloat);
  model::merge_adapter(weights, base.config(), folder / "adapter");
  for (const auto& [name, weight] : model::named_weights(base.config(), weights))
    EXPECT_TRUE(at::equal(weight, model::tensor_of(merged.tensors().at(name)))) << name;
  remove_folder(folder);
}

// A narrow gradient's later parts are added in single precision, as the first is.
TEST_F(LearnerTest, PartsOfAStepAreSummedInSinglePrecision) {
  const at::Tensor narrow = at::zeros({4}, at::kBFloat16), wide = at::zeros({4});
  AdamW moments({narrow, wide}, recipe());
  for (int part = 0; part < 3; ++part) {
    narrow.mutable_grad() = at::full({4}, part == 0 ? 256.0 : 0.5, at::kBFloat16);
    wide.mutable_grad() = at::full({4}, part == 0 ? 256.0 : 0.5);
    moments.collect();
    EXPECT_FALSE(narrow.grad().defined());
  }
  EXPECT_NEAR(moments.norm().item().toDouble(), 257 * std::sqrt(8.0), 1e-3);
}

TEST_F(LearnerTest, OfAWideParameterTheStateHoldsNoSecondCopy) {
  Learner learner = start(recipe());
  EXPECT_FALSE(learner.moments().state().contains("master.0"));
  EXPECT_TRUE(learner.moments().state().contains("mean.0"));
}

// What somebody has written into a checkpoint is refused by file and field.
TEST_F(LearnerTest, ADamagedCheckpointIsNamed) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("cudal1-damaged-" + std::to_string(::getpid()));
  Learner learner = start(recipe());
  step(learner, 0);
  const auto state = save_state(folder, learner, "{}", {1, {0, 3}}, 2);
  const auto refusal = [&](const std::string& progress) -> std::string {
    std::ofstream(state / "progress.json") << progress;
    try {
      load_state(state, learner);
    } catch (const DataError& error) {
      return error.what();
    }
    return "accepted";
  };
  const std::string name = (state / "progress.json").string();
  EXPECT_EQ(refusal(R"({"step": "x", "epoch": 0, "index": 0})"),
            name + ": step is \"x\", expected a whole number from 0");
  EXPECT_EQ(refusal(R"({"step": 1, "epoch": -1, "index": 0})"),
            name + ": epoch is -1, expected a whole number from 0");
  EXPECT_EQ(refusal(R"({"step": 1, "epoch": 0})"),
            name + ": index is missing, expected a whole number from 0");
  EXPECT_EQ(refusal("[]"), name + " is no JSON object");
  model::write_safetensors(state / "moments.safetensors", {});
  EXPECT_NE(refusal(R"({"step": 1, "epoch": 0, "index": 0})").find("it lacks the tensor mean.0"),
            std::string::npos);
  remove_folder(folder);
}

TEST_F(LearnerTest, NarrowWeightsHaveMastersInSinglePrecision) {
  const auto checkpoint = model::Checkpoint::open(kBase);
  Learner learner(checkpoint.config(), model::load_weights(checkpoint, at::kBFloat16), recipe());
  double last = 0;
  for (int64_t i = 0; i < 60; ++i) last = step(learner, i).loss;
  EXPECT_NEAR(last, known.losses[59], 0.15 * known.losses[59]);
  EXPECT_EQ(learner.moments().state().at("master.0").scalar_type(), at::kFloat);
}

}  // namespace
}  // namespace cudal1::train
