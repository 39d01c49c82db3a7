// The run: ingredients → learner → steps → a Hugging Face folder.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <chrono>

#include "cudal1/core/elapsed.h"
#include "cudal1/model/checkpoint.h"
#include "cudal1/train/metrics.h"
#include "cudal1/train/trainer.h"
#include "ingredients.h"
#include "learner.h"
#include "run_state.h"
#include "schedule.h"

namespace cudal1::train {
namespace {

using Clock = std::chrono::steady_clock;

at::Device device_of() { return at::hasCUDA() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU); }

at::ScalarType type_of(Precision precision, const at::Device& device) {
  if (precision == Precision::kAuto) return device.is_cuda() ? at::kBFloat16 : at::kFloat;
  return precision == Precision::kBFloat16 ? at::kBFloat16 : at::kFloat;
}

model::Weights starting_weights(const TrainConfig& config, const model::ModelConfig& shape) {
  const at::Device device = device_of();
  const auto options = at::TensorOptions(type_of(config.precision, device)).device(device);
  if (config.initialise) return model::random_weights(shape, options, config.seed);
  return model::load_weights(model::Checkpoint::open(config.start), options);
}

Plan plan_of(const TrainConfig& config, const Ingredients& ingredients) {
  const at::Device device = device_of();
  const model::ModelConfig& shape = ingredients.shape;
  Plan plan;
  plan.parameters = plan.trained = shape.parameters();
  plan.examples = int64_t(ingredients.examples.size());
  plan.tokens = ingredients.tokens();
  plan.steps = steps_of(config, ingredients);
  const double bytes = type_of(config.precision, device) == at::kFloat ? 4 : 2;
  // Weights, gradients in the same type and summed up, two moments, and a master copy if narrower.
  const double state = 2 * bytes + 4 + 8 + (bytes < 4 ? 4 : 0);
  // Of a token in a layer: about 34 hidden-sized tensors kept, or its input alone (Korthikanti et
  // al. 2022, without the quadratic part, which is never stored).
  const double kept = config.recompute ? 1 : 17;
  plan.memory_bytes = double(plan.parameters) * state + double(config.micro_tokens) *
                                                            double(shape.hidden_size) *
                                                            double(shape.layers) * kept * bytes;
  plan.device =
      device.is_cuda() ? "GPU" : "CPU, " + std::to_string(at::get_num_threads()) + " threads";
  return plan;
}

class Run {
 public:
  Run(const TrainConfig& config, const RunOptions& options, const Ingredients& ingredients)
      : config_(config),
        options_(options),
        ingredients_(ingredients),
        learner_(ingredients.shape, starting_weights(config, ingredients.shape), config),
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
    save_model(options_.folder / "model", learner_, ingredients_.tokenizer.json());
    return options_.folder / "model";
  }

 private:
  std::filesystem::path states() const { return options_.folder / "checkpoints"; }

  void resume() {
    const auto state = latest_state(states());
    if (!state) return;  // killed before the first
    const Progress progress = load_state(*state, learner_);
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
    for (const MicroBatch& batch : pack(stream_.next(config_.batch_tokens), config_.micro_tokens)) {
      done.loss += learner_.learn(batch, cross_entropy);
      done.tokens += batch.tokens();
    }
    done.gradient_norm = learner_.update(done.learning_rate);
    done.step = ++step_;
    done.steps = steps_;
    done.seconds = seconds_since(begin);
    done.epochs = stream_.epochs();
    const bool due =
        config_.heldout_every > 0 && (step_ % config_.heldout_every == 0 || step_ == steps_);
    if (due && !ingredients_.heldout.empty()) done.heldout_loss = heldout_loss();
    return done;
  }

  double heldout_loss() const {
    std::vector<const Example*> all;
    for (const Example& example : ingredients_.heldout) all.push_back(&example);
    double loss = 0;
    for (const MicroBatch& batch : pack(all, config_.micro_tokens))
      loss += learner_.loss(batch, cross_entropy);
    return loss;
  }

  void report(const StepReport& done) {
    std::map<std::string, double> figures = {{"loss", done.loss},
                                             {"learning_rate", done.learning_rate},
                                             {"gradient_norm", done.gradient_norm},
                                             {"epochs", done.epochs}};
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
  ExampleStream stream_;
  int64_t step_ = 0, steps_;
  std::optional<MetricsLog> metrics_;
  std::optional<EventFile> events_;
};

}  // namespace

Plan plan(const TrainConfig& config) { return plan_of(config, gather(config)); }

std::filesystem::path train(const TrainConfig& config, const RunOptions& options) {
  at::globalContext().setDeterministicAlgorithms(config.deterministic, /*warn_only=*/false);
  std::filesystem::create_directories(options.folder);
  const Ingredients ingredients = gather(config);
  if (options.on_plan) options.on_plan(plan_of(config, ingredients));
  return Run(config, options, ingredients).finish();
}

}  // namespace cudal1::train
