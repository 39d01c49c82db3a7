// A policy in this process. What it needs of torch lies in libcudal1_torch.so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "cudal1/model/config.h"
#include "cudal1/policy/policy.h"

namespace cudal1::policy {

enum class ComputeDevice { kAuto, kCuda, kCpu };  // kAuto: a GPU where there is one

struct ModelOptions {
  std::filesystem::path folder;   // a Hugging Face folder with tokenizer.json
  std::filesystem::path adapter;  // a folder of peft, merged into the model; empty: none
  ComputeDevice device = ComputeDevice::kAuto;
  std::optional<model::WeightType> type;  // default: the checkpoint's on a GPU, float32 on a CPU
  int64_t max_batch = 64;
  bool deterministic = false;  // see model::GeneratorOptions
};

// Loads it: DataError for the folder, EnvironmentError where there is no GPU and one is asked for.
std::unique_ptr<Policy> open_model(const ModelOptions& options);

}  // namespace cudal1::policy
