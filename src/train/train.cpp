// The run: ingredients → learner → steps → a Hugging Face folder.
#include <ATen/ATen.h>

#include <chrono>
#include <cmath>

#include "compute.h"
#include "cudal1/core/elapsed.h"
#include "cudal1/core/error.h"
#include "cudal1/core/folder_lock.h"
#include "cudal1/model/lora.h"
#include "cudal1/train/metrics.h"
#include "cudal1/train/trainer.h"
#include "ingredients.h"
#include "learner.h"
#include "model_flops.h"
#include "run_state.h"
#include "schedule.h"

namespace cudal1::train {
namespace {

using Clock = std::chrono::steady_clock;

model::Weights starting_weights(const TrainConfig& config, const Ingredients& ingredients) {
  const model::ModelConfig& shape = ingredients.shape;
  const at::TensorOptions options = compute_options(config.precision);
  if (config.initialise) return model::random_weights(shape, options, config.seed);
  model::Weights weights = model::load_weights(model::Checkpoint::open(config.start), options);
  if (!config.start_adapter.empty())
    model::add_adapter(weights, shape, model::Adapter::open(config.start_adapter, shape));
  else if (ingredients.adapter)
    model::add_adapter(weights, shape, *ingredients.adapter, config.seed);
  return weights;
}

// Of what it calculates with; none on a CPU, and in single precision, which no table gives.
std::optional<double> peak_of(const Learner& learner) {
  const at::Tensor& weights = learner.transformer().weights().embedding;
  if (!weights.is_cuda() || weights.scalar_type() == at::kFloat) return std::nullopt;
  return peak_flops(machine_of(weights.options()).name);
}

class Run {
 public:
  Run(const TrainConfig& config, const RunOptions& options, const Ingredients& ingredients)
      : config_(config),
        options_(options),
        ingredients_(ingredients),
        learner_(ingredients.shape, starting_weights(config, ingredients), config),
        sizes_(sizes_of(ingredients.shape, ingredients.adapter)),
        peak_(peak_of(learner_)),
        stream_(ingredients.examples, config.seed),
        steps_(steps_of(config, ingredients)) {
    if (options.resume) resume();
    metrics_.emplace(options.folder / "metrics.jsonl", step_);
    if (config.tensorboard) events_.emplace(options.folder);
  }

  std::filesystem::path finish() {
    while (step_ < steps_ && !options_.stop.stop_requested()) {
      report(one_step());
      const bool due = config_.checkpoint_every > 0 && step_ % config_.checkpoint_every == 0;
      if (due && step_ < steps_) save();
    }
    const std::filesystem::path state = save();
    if (step_ < steps_) return state;
    if (ingredients_.adapter) save_factors(options_.folder / "adapter", learner_);
    save_model(options_.folder / "model", learner_, ingredients_.tokenizer.json());
    return options_.folder / "model";
  }

 private:
  std::filesystem::path states() const { return options_.folder / "checkpoints"; }

  void resume() {
    const auto state = latest_state(states());
    if (!state) return;  // killed before the first
    const Progress progress = load_state(*state, learner_);
    if (progress.position.index > ingredients_.examples.size())
      throw DataError(state->string() + " stopped at example " +
                          std::to_string(progress.position.index) + ", there are " +
                          std::to_string(ingredients_.examples.size()),
                      "Give back the training files that the run began with.");
    step_ = progress.step;
    stream_.seek(progress.position);
  }

  std::filesystem::path save() {
    return save_state(states(), learner_, ingredients_.tokenizer.json(),
                      {step_, stream_.position()}, config_.keep_checkpoints);
  }

  StepReport one_step() {
    const auto begin = Clock::now();
    StepReport done;
    done.learning_rate = learning_rate(config_, step_, steps_);
    int64_t sequences = 0;
    for (const MicroBatch& batch : pack(stream_.next(config_.batch_tokens), config_.micro_tokens)) {
      learner_.learn(batch, cross_entropy);
      done.tokens += batch.tokens();
      sequences += int64_t(batch.sequences.size());
    }
    const Learner::Update update = learner_.update(done.learning_rate);
    if (!std::isfinite(update.loss) || !std::isfinite(update.gradient_norm))
      throw DataError("step " + std::to_string(step_ + 1) + " of the training has the loss " +
                          std::to_string(update.loss) + " and a gradient of norm " +
                          std::to_string(update.gradient_norm),
                      "Is learning_rate too high, warmup_steps too few, or start damaged?");
    done.loss = update.loss;
    done.gradient_norm = update.gradient_norm;
    done.step = ++step_;
    done.steps = steps_;
    done.seconds = seconds_since(begin);
    done.epochs = stream_.epochs();
    if (peak_) done.mfu = flops(done.tokens, sequences) / done.seconds / *peak_;
    const bool due =
        config_.heldout_every > 0 && (step_ % config_.heldout_every == 0 || step_ == steps_);
    if (due && !ingredients_.heldout.empty()) done.heldout_loss = heldout_loss();
    return done;
  }

  double flops(int64_t tokens, int64_t sequences) const {
    const double mean_length = double(tokens) / double(sequences);
    return double(tokens) * flops_per_token(ingredients_.shape, sizes_, mean_length);
  }

  double heldout_loss() const {
    std::vector<const Example*> all;
    for (const Example& example : ingredients_.heldout) all.push_back(&example);
    return learner_.loss(pack(all, config_.micro_tokens), cross_entropy);
  }

  void report(const StepReport& done) {
    std::map<std::string, double> figures = {{"loss", done.loss},
                                             {"learning_rate", done.learning_rate},
                                             {"gradient_norm", done.gradient_norm},
                                             {"epochs", done.epochs}};
    if (done.mfu) figures["mfu"] = *done.mfu;
    if (done.heldout_loss) figures["heldout_loss"] = *done.heldout_loss;
    const bool due = config_.log_every > 0 && step_ % config_.log_every == 0;
    if (due || done.heldout_loss) {
      figures["tokens_per_second"] = double(done.tokens) / done.seconds;
      metrics_->write(done.step, figures);
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      if (events_) events_->write(done.step, std::chrono::duration<double>(now).count(), figures);
    }
    if (options_.on_step) options_.on_step(done);
  }

  const TrainConfig& config_;
  const RunOptions& options_;
  const Ingredients& ingredients_;
  Learner learner_;
  const Sizes sizes_;
  const std::optional<double> peak_;  // operations a second
  ExampleStream stream_;
  int64_t step_ = 0, steps_;
  std::optional<MetricsLog> metrics_;
  std::optional<EventFile> events_;
};

// The same numbers in every run. cuBLAS needs to be told before it is first used.
void be_deterministic() {
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
  at::globalContext().setDeterministicFillUninitializedMemory(false);  // everything is written
}

}  // namespace

Plan plan(const TrainConfig& config) {
  return plan_of(config, gather(config), machine_of(compute_options(config.precision)));
}

std::filesystem::path train(const TrainConfig& config, const RunOptions& options) {
  if (config.deterministic) be_deterministic();
  const Ingredients ingredients = gather(config);
  if (options.on_ready) options.on_ready();
  std::filesystem::create_directories(options.folder);
  const FolderLock lock(options.folder);
  if (options.on_plan)
    options.on_plan(plan_of(config, ingredients, machine_of(compute_options(config.precision))));
  return Run(config, options, ingredients).finish();
}

}  // namespace cudal1::train
