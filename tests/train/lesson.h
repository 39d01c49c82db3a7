// Three hundred steps as PyTorch makes them: tests/train/learning.json.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "learner.h"
#include "schedule.h"

namespace cudal1::train {

constexpr int64_t kSteps = 300, kBatch = 4;

inline TrainConfig recipe() {
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

inline Lesson lesson() {
  std::ifstream stream(CUDAL1_SOURCE_DIR "/tests/train/learning.json");
  const auto json = nlohmann::json::parse(stream);
  Lesson lesson{{}, json.at("losses"), json.at("norms")};
  for (const auto& example : json.at("examples"))
    lesson.examples.push_back({example.at(0), example.at(1)});
  return lesson;
}

inline Learner::Update step_of(const Lesson& lesson, Learner& learner, int64_t number,
                               int64_t micro_tokens = 1 << 20) {
  std::vector<const Example*> batch;
  for (int64_t i = 0; i < kBatch; ++i)
    batch.push_back(&lesson.examples[size_t(number * kBatch + i) % lesson.examples.size()]);
  for (const MicroBatch& part : pack(batch, micro_tokens)) learner.learn(part, cross_entropy);
  return learner.update(learning_rate(recipe(), number, kSteps));
}

// Steps begin … end - 1 of both, bit for bit.
inline void expect_same_steps(const Lesson& lesson, Learner& first, Learner& second, int64_t begin,
                              int64_t end) {
  for (int64_t i = begin; i < end; ++i) {
    const Learner::Update a = step_of(lesson, first, i), b = step_of(lesson, second, i);
    EXPECT_EQ(a.loss, b.loss) << i;
    EXPECT_EQ(a.gradient_norm, b.gradient_norm) << i;
  }
}

inline void expect_as_pytorch(Learner learner) {
  const Lesson known = lesson();
  for (int64_t i = 0; i < kSteps; ++i) {
    const Learner::Update got = step_of(known, learner, i);
    EXPECT_NEAR(got.loss, known.losses[size_t(i)], 0.01 * known.losses[size_t(i)]) << i;
    if (i < 20) {
      EXPECT_NEAR(got.gradient_norm, known.norms[size_t(i)], 1e-3 * known.norms[size_t(i)]) << i;
    }
  }
}

}  // namespace cudal1::train
