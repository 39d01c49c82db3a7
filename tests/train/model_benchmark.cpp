// How fast a model of a given shape generates and learns, with random weights. A tool of
// scripts/benchmark_model, which sets other programs beside it:
//   model_benchmark generate CONFIG.json BATCH PROMPT NEW   tokens per text
//   model_benchmark train CONFIG.json SEQUENCE MICRO STEPS  tokens of a sequence and of a pass
//   model_benchmark adapt CONFIG.json RANK TOKENS STEPS     LoRA on all matrices, a sequence a step
//   model_benchmark load FOLDER 0 0 RUNS                    a checkpoint's weights
// Prints a line of JSON. With a further word, `profile`, what ran in the last run, on stderr.
#include <ATen/ATen.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cudal1/core/elapsed.h"
#include "cudal1/core/files.h"
#include "cudal1/core/rng.h"
#include "cudal1/gpu/driver.h"
#include "cudal1/model/generator.h"
#include "cudal1/model/lora.h"
#include "kernel_times.h"
#include "train/learner.h"

namespace cudal1 {
namespace {

using Clock = std::chrono::steady_clock;

struct Shape {
  model::ModelConfig config;
  at::TensorOptions options;
};

Shape shape_of(const std::string& file) {
  const bool there = at::hasCUDA();
  return {
      model::parse_config(read_file(file), file),
      at::TensorOptions(there ? at::kBFloat16 : at::kFloat).device(there ? at::kCUDA : at::kCPU)};
}

std::vector<model::Token> random_tokens(Rng& rng, int64_t count, const model::ModelConfig& config) {
  std::vector<model::Token> tokens;
  for (int64_t i = 0; i < count; ++i)
    tokens.push_back(model::Token(rng.below(uint64_t(config.vocab_size))));
  return tokens;
}

// Bytes read and written each second by a copy of 2 GiB.
double bandwidth(const at::TensorOptions& options) {
  const at::Tensor from = at::zeros({int64_t(1) << 30}, options.dtype(at::kByte));
  at::Tensor to = at::empty_like(from);
  const auto wait = [&] { return to[0].item(); };
  to.copy_(from), wait();
  constexpr int kTimes = 20;
  const auto begin = Clock::now();
  for (int i = 0; i < kTimes; ++i) to.copy_(from);
  wait();
  return 2.0 * kTimes * double(from.nbytes()) / seconds_since(begin);
}

// What a step of one text must read: every weight but the embedding's other rows, and keys and
// values.
double bytes_of_step(const Shape& shape, double positions) {
  const model::ModelConfig& config = shape.config;
  double weights = double(config.parameters());
  if (!config.tied_embeddings) weights -= double(config.vocab_size) * double(config.hidden_size);
  const double kept = 2.0 * double(config.layers * config.kv_heads * config.head_dim) * positions;
  return (weights + kept) * double(shape.options.dtype().itemsize());
}

// The median of so many runs, after one that makes everything ready.
double median_seconds(int runs, gpu::ActivityTracer* tracer, const std::function<void()>& run) {
  run();
  std::vector<double> seconds;
  for (int i = 0; i < runs; ++i) {
    if (tracer) tracer->flush();
    const auto begin = Clock::now();
    run();
    seconds.push_back(seconds_since(begin));
  }
  if (tracer) std::fputs(table_of(tracer->flush()).c_str(), stderr);
  std::nth_element(seconds.begin(), seconds.begin() + runs / 2, seconds.end());
  return seconds[size_t(runs / 2)];
}

nlohmann::json generate(const Shape& shape, gpu::ActivityTracer* tracer, int64_t batch,
                        int64_t prompt, int64_t fresh) {
  const model::Transformer transformer(shape.config,
                                       model::random_weights(shape.config, shape.options, 1));
  const auto tokenizer = model::Tokenizer::parse(
      model::train_tokenizer({}, {.vocab_size = 256, .special_tokens = {}}), "bytes");
  model::Generator generator(transformer, tokenizer, {.max_batch = batch});
  Rng rng(7);
  std::vector<model::Prompt> prompts;
  for (int64_t i = 0; i < batch; ++i)
    prompts.push_back({random_tokens(rng, prompt, shape.config),
                       {.max_tokens = fresh, .ignore_end = true},
                       {uint64_t(i)}});
  const auto seconds_for = [&](int64_t tokens) {
    for (model::Prompt& one : prompts) one.sampling.max_tokens = tokens;
    return median_seconds(5, tracer, [&] { generator.run(prompts); });
  };
  const double seconds = seconds_for(fresh), first = seconds_for(1);
  const double step = (seconds - first) / double(fresh - 1);
  const double bytes = bytes_of_step(shape, double(prompt) + double(fresh) / 2);
  const double speed = bandwidth(shape.options);
  return {{"tokens_per_second", double(batch * fresh) / seconds},
          {"seconds", seconds},
          {"seconds_to_first", first},
          {"milliseconds_per_step", step * 1e3},
          {"bandwidth", speed},
          {"bound_share", bytes / speed * double(fresh) / seconds}};
}

train::MicroBatch random_batch(Rng& rng, const Shape& shape, int64_t sequence, int64_t micro) {
  train::MicroBatch batch;
  for (int64_t tokens = 0; tokens + sequence <= micro; tokens += sequence)
    batch.sequences.push_back({random_tokens(rng, sequence + 1, shape.config),
                               std::vector<float>(size_t(sequence), 1.0f / float(micro))});
  return batch;
}

nlohmann::json learn(const Shape& shape, gpu::ActivityTracer* tracer, int64_t sequence,
                     int64_t micro, int64_t steps) {
  train::Learner learner(shape.config, model::random_weights(shape.config, shape.options, 1), {});
  Rng rng(7);
  const train::MicroBatch batch = random_batch(rng, shape, sequence, micro);
  const double seconds = median_seconds(int(steps), tracer, [&] {
    learner.learn(batch, train::cross_entropy);
    learner.update(1e-4);
  });
  const model::ModelConfig& config = shape.config;
  // Chowdhery et al. 2022 (PaLM), appendix B.
  const double flops = 6.0 * double(config.parameters()) +
                       12.0 * double(config.layers * config.heads * config.head_dim * sequence);
  const double rate = double(batch.tokens()) / seconds;
  return {{"tokens_per_second", rate}, {"seconds", seconds}, {"flops_per_second", rate * flops}};
}

// Bytes that are taken on the GPU by everybody, this process' caches included.
double memory_taken(const model::Transformer& transformer) {
  const gpu::Context& context = transformer.kernels()->context();
  return double(context.info().total_memory - context.free_memory());
}

nlohmann::json adapt(const Shape& shape, gpu::ActivityTracer* tracer, int64_t rank, int64_t tokens,
                     int64_t steps) {
  model::Weights weights = model::random_weights(shape.config, shape.options, 1);
  const train::TrainConfig defaults;
  model::add_adapter(weights, shape.config, {rank, 16, defaults.lora.targets}, 1);
  train::Learner learner(shape.config, std::move(weights), {});
  Rng rng(7);
  const train::MicroBatch batch = random_batch(rng, shape, tokens, tokens);
  const double seconds = median_seconds(int(steps), tracer, [&] {
    learner.learn(batch, train::cross_entropy);
    learner.update(1e-4);
  });
  return {{"tokens_per_second", double(tokens) / seconds},
          {"seconds", seconds},
          {"memory_taken", memory_taken(learner.transformer())}};
}

nlohmann::json load(const std::string& folder, int64_t runs) {
  const auto options = at::TensorOptions(at::hasCUDA() ? at::kCUDA : at::kCPU);
  const auto checkpoint = model::Checkpoint::open(folder);
  const auto type = model::scalar_type_of(checkpoint.config().type);
  double bytes = 0;
  for (const auto& [name, view] : checkpoint.tensors()) bytes += double(view.bytes.size());
  const double seconds = median_seconds(int(runs), nullptr, [&] {
    const auto opened = model::Checkpoint::open(folder);
    const auto weights = model::load_weights(opened, options.dtype(type));
    weights.norm.cpu();  // waits for what is on its way
  });
  return {{"seconds", seconds}, {"bytes", bytes}};
}

}  // namespace
}  // namespace cudal1

int main(int count, char** words) {
  using namespace cudal1;
  if (count != 6 && count != 7)
    return std::fprintf(stderr, "see the head of model_benchmark.cpp\n"), 2;
  const auto number = [&](int i) { return int64_t(std::atoll(words[i])); };
  const std::string mode = words[1];
  if (mode == "load") return std::printf("%s\n", load(words[2], number(5)).dump().c_str()), 0;
  std::string why;
  const auto tracer = count == 7 ? gpu::ActivityTracer::start(&why) : nullptr;
  const Shape shape = shape_of(words[2]);
  const auto measure = mode == "train" ? learn : mode == "adapt" ? adapt : generate;
  const nlohmann::json result = measure(shape, tracer.get(), number(3), number(4), number(5));
  std::printf("%s\n", result.dump().c_str());
}
