// What `cudal1 train --config FILE` does: every setting with its default and what it means,
// declared once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cudal1/model/config.h"
#include "cudal1/model/lora_files.h"
#include "cudal1/model/tokenizer.h"

namespace cudal1::train {

enum class Schedule { kConstant, kLinear, kCosine };  // of the learning rate, after the warm-up
enum class Precision { kAuto, kFloat32, kBFloat16 };  // kAuto: bfloat16 on a GPU, float32 on a CPU

struct LoraConfig {
  int64_t rank = 0;  // 0: all weights are trained, but with start_adapter
  double alpha = 16;
  std::vector<std::string> targets = model::lora_targets();
};

struct TrainConfig {
  std::string stage = "sft";

  // The start: a Hugging Face folder, or an architecture with random weights.
  std::filesystem::path start;
  std::optional<model::ModelConfig> initialise;
  std::filesystem::path start_adapter;  // a folder of peft; trained further beside the start
  // The tokenizer: of the start, a tokenizer.json, or one trained on the training texts.
  std::filesystem::path tokenizer;
  std::optional<model::TokenizerTraining> train_tokenizer;

  // JSONL files, a {"prompt", "completion"} in each line.
  std::vector<std::filesystem::path> data, heldout;
  double heldout_share = 0.01;  // of `data`, where `heldout` is empty
  int64_t max_length = 2048;    // tokens of an example; longer ones are cut at their end

  std::optional<int64_t> steps;  // else `epochs`
  double epochs = 1;
  int64_t batch_tokens = 65536;  // of one step
  int64_t micro_tokens = 8192;   // of one forward pass; what fits into memory

  double learning_rate = 3e-4, final_share = 0.1;  // of the learning rate, at the end
  int64_t warmup_steps = 100;
  Schedule schedule = Schedule::kCosine;
  double beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8, weight_decay = 0.1;  // decay of matrices only
  double clip = 1;  // the gradient's norm; 0: none
  LoraConfig lora;

  Precision precision = Precision::kAuto;
  bool recompute = false;      // activations: a third more arithmetic, a fraction of the memory
  bool deterministic = false;  // the same curve, bit for bit
  uint64_t seed = 1;

  int64_t log_every = 1, heldout_every = 100, checkpoint_every = 500;  // steps; 0: never
  int64_t keep_checkpoints = 2;
  bool tensorboard = true;
};

// DataError naming file, key and value, with the nearest key where one is unknown; all problems at
// once. Paths are relative to the file's folder.
TrainConfig read_train_config(const std::filesystem::path& file);
// Every key with its value, as a file that gives the same run.
std::string to_json(const TrainConfig& config);
// For --help: a line per key with default and meaning.
std::string describe_train_config();

}  // namespace cudal1::train
