#include "cudal1/model/config.h"

namespace cudal1::model {

const char* name_of(Family family) {
  switch (family) {
    case Family::kQwen2:
      return "qwen2";
    case Family::kQwen3:
      return "qwen3";
    case Family::kLlama:
      return "llama";
  }
  return "";
}

const char* class_name_of(Family family) {
  switch (family) {
    case Family::kQwen2:
      return "Qwen2ForCausalLM";
    case Family::kQwen3:
      return "Qwen3ForCausalLM";
    case Family::kLlama:
      return "LlamaForCausalLM";
  }
  return "";
}

const char* name_of(WeightType type) {
  switch (type) {
    case WeightType::kFloat32:
      return "float32";
    case WeightType::kFloat16:
      return "float16";
    case WeightType::kBFloat16:
      return "bfloat16";
  }
  return "";
}

int64_t size_of(WeightType type) { return type == WeightType::kFloat32 ? 4 : 2; }

}  // namespace cudal1::model
