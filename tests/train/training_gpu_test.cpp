// What only a GPU can tell of training: copies through pinned buffers, gradients of a frozen model
// in bfloat16, and what memory an adapter takes.
#include <ATen/ATen.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <gtest/gtest.h>

#include "compute.h"
#include "cudal1/model/lora.h"
#include "learner.h"
#include "lesson.h"
#include "model_flops.h"

namespace cudal1::train {
namespace {

const std::filesystem::path kBase = CUDAL1_SOURCE_DIR "/tests/model/fixtures/qwen2";
const std::filesystem::path kAdapter = CUDAL1_SOURCE_DIR "/tests/model/adapters/all";

class TrainingOnGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 1);  // before cuBLAS is first used
    if (!at::hasCUDA()) GTEST_SKIP() << "there is no GPU";
  }
};

at::TensorOptions on_gpu(at::ScalarType type) { return at::TensorOptions(type).device(at::kCUDA); }

MicroBatch counting(int64_t sequences, int64_t length) {
  MicroBatch batch;
  for (int64_t s = 0; s < sequences; ++s) {
    Sequence one;
    for (int64_t i = 0; i <= length; ++i) one.tokens.push_back(model::Token((s + 3 * i) % 200));
    one.weights.assign(size_t(length), float(1.0 / double(sequences * length)));
    batch.sequences.push_back(std::move(one));
  }
  return batch;
}

Learner adapted(const at::TensorOptions& options, const TrainConfig& config) {
  const auto checkpoint = model::Checkpoint::open(kBase);
  model::Weights weights = model::load_weights(checkpoint, options);
  model::add_adapter(weights, checkpoint.config(),
                     model::Adapter::open(kAdapter, checkpoint.config()));
  return {checkpoint.config(), std::move(weights), config};
}

TEST_F(TrainingOnGpu, WeightsArriveAsTheyAreInTheFile) {
  const auto checkpoint = model::Checkpoint::open(kBase);
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    const auto there = model::load_weights(checkpoint, on_gpu(type));
    const auto here = model::load_weights(checkpoint, type);
    const auto expected = model::named_weights(checkpoint.config(), here);
    for (const auto& [name, weight] : model::named_weights(checkpoint.config(), there))
      EXPECT_TRUE(at::equal(weight.cpu(), expected.at(name))) << name;
  }
}

Learner whole(const at::TensorOptions& options) {
  const auto checkpoint = model::Checkpoint::open(kBase);
  return {checkpoint.config(), model::load_weights(checkpoint, options), recipe()};
}

TEST_F(TrainingOnGpu, LearnsAsPyTorchDoes) { expect_as_pytorch(whole(on_gpu(at::kFloat))); }

TEST_F(TrainingOnGpu, TheSameLossesBitForBitWhereThatIsAskedFor) {
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
  const Lesson known = lesson();
  for (const auto type : {at::kFloat, at::kBFloat16}) {
    Learner first = whole(on_gpu(type)), second = whole(on_gpu(type));
    expect_same_steps(known, first, second, 0, 30);
  }
  at::globalContext().setDeterministicAlgorithms(false, /*warn_only=*/false);
}

TEST_F(TrainingOnGpu, AnAdapterLearnsAsOnTheCpu) {
  TrainConfig config;
  const MicroBatch batch = counting(4, 24);
  for (const bool recompute : {false, true}) {
    config.recompute = recompute;
    Learner cpu = adapted(at::kFloat, config), gpu = adapted(on_gpu(at::kFloat), config);
    Learner narrow = adapted(on_gpu(at::kBFloat16), config);
    for (int step = 0; step < 30; ++step) {
      for (Learner* learner : {&cpu, &gpu, &narrow})
        for (int part = 0; part < 2; ++part) learner->learn(batch, cross_entropy);
      const Learner::Update a = cpu.update(1e-3), b = gpu.update(1e-3), c = narrow.update(1e-3);
      EXPECT_NEAR(b.loss, a.loss, 1e-3 * a.loss) << step;
      EXPECT_NEAR(b.gradient_norm, a.gradient_norm, 1e-2 * a.gradient_norm) << step;
      EXPECT_NEAR(c.loss, a.loss, 5e-2 * a.loss) << step;
    }
  }
}

int64_t peak_bytes() {
  const auto statistics = c10::cuda::CUDACachingAllocator::getDeviceStats(0);
  return statistics.allocated_bytes[0].peak;  // of all kinds together
}

// 4 layers as wide as those of a 7 B model, 1.9 GB, and the vocabulary's two matrices of 1.1 GB
// each: trained as a whole, with gradients, moments and masters, they would take 40 GB.
TEST_F(TrainingOnGpu, FrozenWeightsTakeNoMoreThanThemselves) {
  model::ModelConfig shape = model::read_config(kBase);
  shape.vocab_size = 152064;
  shape.hidden_size = 3584;
  shape.intermediate_size = 18944;
  shape.layers = 4;
  shape.heads = 28;
  shape.kv_heads = 4;
  shape.head_dim = 128;
  shape.tied_embeddings = false;
  shape.sliding_layers.clear();
  const model::LoraShape lora{.rank = 16, .targets = model::lora_targets()};
  model::Weights weights = model::random_weights(shape, on_gpu(at::kBFloat16), 1);
  model::add_adapter(weights, shape, lora, 1);
  TrainConfig config;
  config.recompute = true;
  Learner learner(shape, std::move(weights), config);
  c10::cuda::CUDACachingAllocator::resetPeakStats(0);
  for (int step = 0; step < 2; ++step) {
    learner.learn(counting(4, 2048), cross_entropy);
    learner.update(1e-4);
  }
  const double model_bytes = 2.0 * double(shape.parameters());
  EXPECT_LT(double(peak_bytes()), model_bytes + 8e9);
}

TEST_F(TrainingOnGpu, TheGpuIsNamed) {
  const Machine machine = machine_of(compute_options(Precision::kAuto));
  EXPECT_TRUE(machine.is_gpu);
  EXPECT_EQ(machine.element_bytes, 2);
  EXPECT_NE(machine.name, "GPU");
  RecordProperty("peak_flops", std::to_string(peak_flops(machine.name).value_or(0)));
}

}  // namespace
}  // namespace cudal1::train
