// Low-rank adapters as files: adapter_config.json and adapter_model.safetensors, as `peft` has
// them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cudal1/model/config.h"
#include "cudal1/model/safetensors.h"

namespace cudal1::model {

// A projection x Wᵀ becomes x Wᵀ + scale · x Aᵀ Bᵀ with A [rank, in] and B [out, rank].
struct LoraShape {
  int64_t rank = 0;
  double alpha = 16;
  std::vector<std::string> targets;  // "q_proj", …
  bool rank_stabilised = false;      // Kalajdzievski 2023

  double scale() const;  // alpha / rank, or alpha / √rank where it is stabilised
  bool operator==(const LoraShape&) const = default;
};

// What can be adapted, in the order of the forward pass: "q_proj", …, "down_proj".
const std::vector<std::string>& lora_targets();

// "model.layers.0.self_attn.q_proj" →
// "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
std::string name_of_a(const std::string& projection);
std::string name_of_b(const std::string& projection);
// All that an adapter of this model must hold.
std::vector<WeightSpec> factors_of(const ModelConfig& config, const LoraShape& shape);

// Move-only; views live as long as it does.
class Adapter {
 public:
  // DataError naming file and field, or file and tensors: what is missing, extra, misshapen or of a
  // kind that cannot be calculated here (DoRA, trained biases, ranks of their own).
  static Adapter open(const std::filesystem::path& folder, const ModelConfig& config);

  const LoraShape& shape() const { return shape_; }
  const std::map<std::string, TensorView>& tensors() const { return file_.tensors(); }

 private:
  Adapter(LoraShape shape, Safetensors file) : shape_(std::move(shape)), file_(std::move(file)) {}
  LoraShape shape_;
  Safetensors file_;
};

LoraShape read_lora_shape(const std::filesystem::path& folder);  // of adapter_config.json alone
// `base`: the name or folder of the model that was adapted. Throws OutputError.
void save_adapter(const std::filesystem::path& folder, const LoraShape& shape,
                  const std::string& base, const std::map<std::string, TensorView>& tensors);

}  // namespace cudal1::model
