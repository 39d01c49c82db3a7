#include "cudal1/model/checkpoint.h"

#include "checkpoint_files.h"
#include "cudal1/core/error.h"
#include "json_text.h"
#include "mismatch.h"

namespace cudal1::model {
namespace fs = std::filesystem;
namespace {

using Tensors = std::map<std::string, TensorView>;

// What older versions saved although it can be computed, and an output projection that is the
// embedding.
bool is_left_out(const std::string& name, const ModelConfig& config) {
  return name.ends_with("rotary_emb.inv_freq") ||
         (config.tied_embeddings && name == "lm_head.weight");
}

Safetensors open_shard(const fs::path& folder, const std::string& file,
                       const std::vector<std::string>& promised) {
  const fs::path path = folder / file;
  if (!fs::exists(path))
    throw DataError("'" + path.string() + "' is missing, " + kIndexFile + " names it",
                    "Is the download complete?");
  Safetensors shard = Safetensors::open(path);
  std::vector<std::string> absent;
  for (const std::string& name : promised)
    if (!shard.tensors().contains(name)) absent.push_back(shown(name));
  if (absent.empty()) return shard;
  throw DataError(path.string() + ": " + std::to_string(absent.size()) +
                      " tensors are missing that " + kIndexFile +
                      " says are in it: " + listed(absent),
                  "Do both files come from the same checkpoint?");
}

void add(Tensors& all, const Tensors& more, const ModelConfig& config, const fs::path& path) {
  for (const auto& [name, tensor] : more)
    if (!is_left_out(name, config) && !all.emplace(name, tensor).second)
      throw DataError(path.string() + ": tensor " + shown(name) +
                      " is in another shard too");
}

}  // namespace

Checkpoint Checkpoint::open(const fs::path& folder) {
  Checkpoint checkpoint;
  checkpoint.config_ = read_config(folder);
  for (const auto& [file, promised] : shards_of(folder)) {
    checkpoint.files_.push_back(open_shard(folder, file, promised));
    add(checkpoint.tensors_, checkpoint.files_.back().tensors(), checkpoint.config_, folder / file);
  }
  if (const std::string wrong = mismatch(checkpoint.config_, checkpoint.tensors_); !wrong.empty())
    throw DataError(folder.string() + ": " + wrong,
                    "Do config.json and the weights come from the same checkpoint?");
  return checkpoint;
}

int64_t Checkpoint::bytes() const {
  int64_t sum = 0;
  for (const auto& [name, tensor] : tensors_) sum += int64_t(tensor.bytes.size());
  return sum;
}

}  // namespace cudal1::model
