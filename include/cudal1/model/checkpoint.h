// A Hugging Face folder: config.json, model.safetensors or its shards with model.safetensors.index.json.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cudal1/model/config.h"
#include "cudal1/model/safetensors.h"

namespace cudal1::model {

// Move-only. Nothing is copied: views point into mapped files and live as long as it does.
class Checkpoint {
 public:
  // DataError for what read_config() and Safetensors::open() refuse, for a shard that is missing, a tensor that two
  // shards hold, and, in one message that lists them all, for tensors that the architecture lacks, does not know or has
  // in another shape. Known and left out: rotary_emb.inv_freq, and an lm_head.weight that equals tied embeddings.
  static Checkpoint open(const std::filesystem::path& folder);

  const ModelConfig& config() const { return config_; }
  const std::map<std::string, TensorView>& tensors() const { return tensors_; }  // those of weights_of(config())
  int64_t bytes() const;

 private:
  Checkpoint() = default;
  ModelConfig config_;
  std::vector<Safetensors> files_;
  std::map<std::string, TensorView> tensors_;
};

struct SaveOptions {
  int64_t max_shard_bytes = 5'000'000'000;
};
// Writes config.json, generation_config.json and the tensors, sharded where they are larger than a shard. `folder` is
// made; a file that is there already is replaced as a whole. `transformers` loads it unchanged. Throws OutputError.
void save_checkpoint(const std::filesystem::path& folder, const ModelConfig& config,
                     const std::map<std::string, TensorView>& tensors, const SaveOptions& options = {});

}  // namespace cudal1::model
