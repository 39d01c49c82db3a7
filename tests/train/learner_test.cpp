// Three hundred steps against PyTorch's own, and what may not change what is learned.
#include "learner.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cudal1/core/files.h"
#include "run_state.h"
#include "schedule.h"

namespace cudal1::train {
namespace {

constexpr int64_t kSteps = 300, kBatch = 4;

TrainConfig recipe() {
  TrainConfig config;
  config.learning_rate = 3e-3;
  config.warmup_steps = 10;
  config.clip = 1;
  return config;
}

struct Lesson {
  std::vector<Example> examples;
  std::vector<double> losses, norms;
};

Lesson lesson() {
  std::ifstream stream(CUDAL1_SOURCE_DIR "/tests/train/learning.json");
  const auto json = nlohmann::json::parse(stream);
  Lesson lesson{{}, json.at("losses"), json.at("norms")};
  for (const auto& example : json.at("examples"))
    lesson.examples.push_back({example.at(0), example.at(1)});
  return lesson;
}

class LearnerTest : public ::testing::Test {
 protected:
  LearnerTest() { at::set_num_threads(1); }  // more only get in each other's way
  static Learner start(const TrainConfig& config) {
    const auto checkpoint =
        model::Checkpoint::open(CUDAL1_SOURCE_DIR "/tests/model/fixtures/qwen2");
    return {checkpoint.config(), model::load_weights(checkpoint, at::kFloat), config};
  }
  struct Step {
    double loss, norm;
  };
  Step step(Learner& learner, int64_t number, int64_t micro_tokens = 1 << 20) const {
    std::vector<const Example*> batch;
    for (int64_t i = 0; i < kBatch; ++i)
      batch.push_back(&known.examples[size_t(number * kBatch + i) % known.examples.size()]);
    double loss = 0;
    for (const MicroBatch& part : pack(batch, micro_tokens))
      loss += learner.learn(part, cross_entropy);
    return {loss, learner.update(learning_rate(recipe(), number, kSteps))};
  }

  Lesson known = lesson();
};

TEST_F(LearnerTest, LearnsAsPyTorchDoes) {
  Learner learner = start(recipe());
  for (int64_t i = 0; i < kSteps; ++i) {
    const Step got = step(learner, i);
    EXPECT_NEAR(got.loss, known.losses[size_t(i)], 0.01 * known.losses[size_t(i)]) << i;
    if (i < 20) {
      EXPECT_NEAR(got.norm, known.norms[size_t(i)], 1e-3 * known.norms[size_t(i)]) << i;
    }
  }
}

TEST_F(LearnerTest, MicroBatchesAndRecomputationChangeNothing) {
  TrainConfig config = recipe();
  Learner whole = start(config);
  config.recompute = true;
  Learner parts = start(config);
  for (int64_t i = 0; i < 20; ++i) {
    const Step a = step(whole, i), b = step(parts, i, /*micro_tokens=*/24);
    EXPECT_NEAR(a.loss, b.loss, 1e-4 * a.loss) << i;
    EXPECT_NEAR(a.norm, b.norm, 1e-3 * a.norm) << i;
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
  for (int64_t i = 7; i < 15; ++i) {
    const Step a = step(first, i), b = step(second, i);
    EXPECT_EQ(a.loss, b.loss) << i;
    EXPECT_EQ(a.norm, b.norm) << i;
  }
  remove_folder(folder);
}

TEST_F(LearnerTest, NarrowWeightsHaveMastersInSinglePrecision) {
  const auto checkpoint = model::Checkpoint::open(CUDAL1_SOURCE_DIR "/tests/model/fixtures/qwen2");
  Learner learner(checkpoint.config(), model::load_weights(checkpoint, at::kBFloat16), recipe());
  double last = 0;
  for (int64_t i = 0; i < 60; ++i) last = step(learner, i).loss;
  EXPECT_NEAR(last, known.losses[59], 0.15 * known.losses[59]);
  EXPECT_EQ(learner.moments().state().at("master.0").scalar_type(), at::kFloat);
}

}  // namespace
}  // namespace cudal1::train
