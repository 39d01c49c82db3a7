// Checkpoints of a run: a folder of Hugging Face, or of peft where an adapter is trained, with what
// the next step depends on beside it.
#pragma once

#include <filesystem>
#include <optional>

#include "cudal1/train/examples.h"
#include "learner.h"

namespace cudal1::train {

struct Progress {
  int64_t step = 0;  // done
  ExampleStream::Position position;
};

// `folder`/step-00000500: written beside and renamed, so that what is there is whole. Older ones
// than the `keep` last are removed. OutputError.
std::filesystem::path save_state(const std::filesystem::path& folder, Learner& learner,
                                 const std::string& tokenizer_json, const Progress& progress,
                                 int64_t keep);
// The model alone, as Hugging Face has it; an adapter is merged into it.
void save_model(const std::filesystem::path& folder, const Learner& learner,
                const std::string& tokenizer_json);
// The adapter alone, as peft has it.
void save_factors(const std::filesystem::path& folder, const Learner& learner);
std::optional<std::filesystem::path> latest_state(const std::filesystem::path& folder);
// DataError where it is not this model's.
Progress load_state(const std::filesystem::path& state, Learner& learner);

}  // namespace cudal1::train
