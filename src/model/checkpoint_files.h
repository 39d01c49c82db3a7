// Which files of a folder hold the tensors.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cudal1::model {

inline constexpr char kSingleFile[] = "model.safetensors";
inline constexpr char kIndexFile[] = "model.safetensors.index.json";

// File by the names of tensors that the index says are in it; of a single file nothing is said.
using Shards = std::map<std::string, std::vector<std::string>>;

// model.safetensors, where it is there, as transformers prefers it too; else what the index names.
// DataError for neither, and for a shard that is anything but a plain file name.
Shards shards_of(const std::filesystem::path& folder);

bool is_there(const std::filesystem::path& path);  // what cannot be seen is not

std::string shard_name(size_t shard, size_t count);  // from 0: "model-00001-of-00003.safetensors"
bool is_shard_name(const std::string& name);

}  // namespace cudal1::model
