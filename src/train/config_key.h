// A setting of a training run as its file has it: name, what it accepts, what it means, and the
// member it stands for. Reading, writing and describing all go through this.
#pragma once

#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cudal1/train/train_config.h"

namespace cudal1::train {

using Json = nlohmann::ordered_json;

struct Key {
  std::string name;     // "lora.rank"
  std::string accepts;  // "a whole number from 1"
  std::string meaning;  // one sentence
  // False where the value is none that is accepted; DataError where there is more to say.
  std::function<bool(const Json&, TrainConfig&)> read;
  std::function<Json(TrainConfig&)> write;  // null: not given
};

// An object of several keys.
struct Section {
  std::string name;  // "lora"
  std::function<void(TrainConfig&)> open;
  std::function<bool(const TrainConfig&)> is_open;
};

const std::vector<Key>& config_keys();  // in the order of the file
const std::vector<Section>& config_sections();
// The section that a key is in, or null.
const Section* section_of(const Key& key);

// "initialise": an architecture in the words of a config.json.
model::ModelConfig read_architecture(const Json& words);
Json write_architecture(const model::ModelConfig& shape);

// What is wrong with settings that are right each for itself.
std::vector<std::string> contradictions_of(const TrainConfig& config);
// What is needed and not there.
std::vector<std::string> omissions_of(const TrainConfig& config);

}  // namespace cudal1::train
