#include "cudal1/model/lora_files.h"

#include <algorithm>
#include <cmath>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "fields.h"
#include "json_text.h"
#include "mismatch.h"

namespace cudal1::model {
namespace fs = std::filesystem;
namespace {

constexpr const char* kConfig = "adapter_config.json";
constexpr const char* kTensors = "adapter_model.safetensors";
constexpr int64_t kMaxRank = 1 << 16;
constexpr double kMaxAlpha = 1e6;

bool says_nothing(const nlohmann::json& value) {
  return value.is_null() || value == false || value == "none" ||
         (value.is_structured() && value.empty());
}

// Kinds of adapters that other formulas belong to.
void refuse_unsupported(const Fields& fields) {
  for (const char* key :
       {"use_dora", "use_qalora", "use_bdlora", "fan_in_fan_out", "lora_bias", "bias",
        "modules_to_save", "exclude_modules", "rank_pattern", "alpha_pattern",
        "layers_to_transform", "layers_pattern", "layer_replication", "target_parameters",
        "trainable_token_indices", "alora_invocation_tokens"})
    if (fields.present(key) && !says_nothing(fields.json().at(key)))
      fields.refuse(key, "nothing: only plain low-rank adapters of all layers are supported");
}

std::vector<std::string> targets_of(const Fields& fields) {
  constexpr const char* kKey = "target_modules";
  const std::string expected =
      "a list of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, "
      "down_proj";
  const nlohmann::json& given = fields.at(kKey, expected);
  if (!given.is_array() || given.empty()) fields.refuse(kKey, expected);
  std::vector<std::string> targets;
  for (const std::string& known : lora_targets())
    if (std::ranges::find(given, nlohmann::json(known)) != given.end()) targets.push_back(known);
  if (targets.size() != given.size()) fields.refuse(kKey, expected);
  return targets;
}

LoraShape parse(const nlohmann::json& root, const std::string& name) {
  const Fields fields(root, name);
  if (fields.text("peft_type", "\"LORA\"") != "LORA") fields.refuse("peft_type", "\"LORA\"");
  refuse_unsupported(fields);
  return {.rank = fields.integer("r", {1, kMaxRank}),
          .alpha = fields.number("lora_alpha", {0, kMaxAlpha}),
          .targets = targets_of(fields),
          .rank_stabilised = fields.boolean("use_rslora", false)};
}

nlohmann::ordered_json written(const LoraShape& shape, const std::string& base) {
  return {{"peft_type", "LORA"},
          {"task_type", "CAUSAL_LM"},
          {"base_model_name_or_path", base},
          {"r", shape.rank},
          {"lora_alpha", shape.alpha},
          {"lora_dropout", 0.0},
          {"target_modules", shape.targets},
          {"bias", "none"},
          {"fan_in_fan_out", false},
          {"init_lora_weights", true},
          {"inference_mode", true},
          {"use_rslora", shape.rank_stabilised}};
}

std::string in_file(const std::string& projection, const char* factor) {
  return "base_model.model." + projection + "." + factor + ".weight";
}

}  // namespace

double LoraShape::scale() const {
  return alpha / (rank_stabilised ? std::sqrt(double(rank)) : double(rank));
}

const std::vector<std::string>& lora_targets() {
  static const std::vector<std::string> names = {"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                                 "gate_proj", "up_proj", "down_proj"};
  return names;
}

std::string name_of_a(const std::string& projection) { return in_file(projection, "lora_A"); }
std::string name_of_b(const std::string& projection) { return in_file(projection, "lora_B"); }

std::vector<WeightSpec> factors_of(const ModelConfig& config, const LoraShape& shape) {
  std::vector<WeightSpec> factors;
  for (const WeightSpec& spec : weights_of(config))
    for (const std::string& target : shape.targets) {
      if (!spec.name.ends_with("." + target + ".weight")) continue;
      const std::string projection = spec.name.substr(0, spec.name.rfind('.'));
      factors.push_back({name_of_a(projection), {shape.rank, spec.shape[1]}});
      factors.push_back({name_of_b(projection), {spec.shape[0], shape.rank}});
    }
  return factors;
}

LoraShape read_lora_shape(const fs::path& folder) {
  const fs::path path = folder / kConfig;
  return parse(parse_json(read_file(path), path.string()), path.string());
}

Adapter Adapter::open(const fs::path& folder, const ModelConfig& config) {
  LoraShape shape = read_lora_shape(folder);
  Adapter adapter(std::move(shape), Safetensors::open(folder / kTensors));
  const std::string wrong =
      mismatch(factors_of(config, adapter.shape_), adapter.tensors(), "not of this adapter");
  if (!wrong.empty())
    throw DataError((folder / kTensors).string() + ": " + wrong,
                    "Was the adapter made for this model?");
  return adapter;
}

void save_adapter(const fs::path& folder, const LoraShape& shape, const std::string& base,
                  const std::map<std::string, TensorView>& tensors) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed)
    throw OutputError("cannot make the folder '" + folder.string() + "': " + failed.message());
  write_safetensors(folder / kTensors, tensors);
  write_file_atomically(folder / kConfig, written(shape, base).dump(2) + "\n");
}

}  // namespace cudal1::model
