#include <nlohmann/json.hpp>
#include <set>

#include "checkpoint_files.h"
#include "config_write.h"
#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/model/checkpoint.h"
#include "mismatch.h"

namespace cudal1::model {
namespace fs = std::filesystem;
namespace {

using Tensors = std::map<std::string, TensorView>;

// In the order of the forward pass, as many as go into a shard; one that is larger than a shard has
// its own.
std::vector<Tensors> divided(const ModelConfig& config, const Tensors& tensors, int64_t max_bytes) {
  std::vector<Tensors> shards(1);
  int64_t used = 0;
  for (const WeightSpec& spec : weights_of(config)) {
    const TensorView& tensor = tensors.at(spec.name);
    const auto bytes = int64_t(tensor.bytes.size());
    if (!shards.back().empty() && bytes > max_bytes - used) {
      shards.emplace_back();
      used = 0;
    }
    shards.back().emplace(spec.name, tensor);
    used += bytes;
  }
  return shards;
}

std::string index_of(const std::vector<Tensors>& shards, const ModelConfig& config) {
  nlohmann::json map = nlohmann::json::object();
  uint64_t bytes = 0;
  for (size_t i = 0; i < shards.size(); ++i)
    for (const auto& [name, tensor] : shards[i]) {
      map[name] = shard_name(i, shards.size());
      bytes += tensor.bytes.size();
    }
  const nlohmann::json metadata{{"total_parameters", config.parameters()}, {"total_size", bytes}};
  return nlohmann::json{{"metadata", metadata}, {"weight_map", map}}.dump(2) + "\n";
}

// The names of the files that now hold the tensors.
std::set<std::string> write_tensors(const fs::path& folder, const ModelConfig& config,
                                    const std::vector<Tensors>& shards) {
  if (shards.size() == 1) {
    write_safetensors(folder / kSingleFile, shards[0]);
    return {kSingleFile};
  }
  std::set<std::string> files{kIndexFile};
  for (size_t i = 0; i < shards.size(); ++i) {
    const std::string name = shard_name(i, shards.size());
    write_safetensors(folder / name, shards[i]);
    files.insert(name);
  }
  write_file_atomically(folder / kIndexFile, index_of(shards, config));
  return files;
}

// Of an earlier checkpoint: a stale model.safetensors would be read before the new index.
void remove_stale(const fs::path& folder, const std::set<std::string>& kept) {
  std::vector<fs::path> stale;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    const bool ours = name == kSingleFile || name == kIndexFile || is_shard_name(name);
    if (ours && !kept.contains(name)) stale.push_back(entry.path());
  }
  for (const fs::path& path : stale) fs::remove(path);
}

void make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed)
    throw OutputError("cannot make the folder '" + folder.string() + "': " + failed.message());
}

}  // namespace

void save_checkpoint(const fs::path& folder, const ModelConfig& config, const Tensors& tensors,
                     const SaveOptions& options) {
  const std::string text = to_json(config);
  if (const std::string wrong = mismatch(config, tensors); !wrong.empty())
    throw OutputError("cannot write '" + folder.string() + "': " + wrong);
  make_folder(folder);
  const auto files =
      write_tensors(folder, config, divided(config, tensors, options.max_shard_bytes));
  try {
    remove_stale(folder, files);
  } catch (const fs::filesystem_error& error) {
    throw OutputError(std::string("cannot remove what an earlier checkpoint left: ") +
                      error.what());
  }
  write_file_atomically(folder / "generation_config.json", generation_json(config));
  write_file_atomically(folder / "config.json",
                        text);  // last: without it the folder is no checkpoint
}

}  // namespace cudal1::model
