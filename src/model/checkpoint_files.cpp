#include "checkpoint_files.h"

#include <cstdio>
#include <regex>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "fields.h"
#include "json_text.h"

namespace cudal1::model {
namespace fs = std::filesystem;
namespace {

constexpr char kSuffix[] = ".safetensors";

// Nothing that leads out of the folder.
bool is_plain(const std::string& name) {
  return name.ends_with(kSuffix) && name.size() <= 255 &&
         name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
}

[[noreturn]] void nothing_there(const fs::path& folder) {
  const bool pickled =
      is_there(folder / "pytorch_model.bin") || is_there(folder / "pytorch_model.bin.index.json");
  throw DataError("'" + folder.string() + "' holds neither " + kSingleFile + " nor " + kIndexFile,
                  pickled ? "Its weights are pickled: load it with transformers and save it with "
                            "safe_serialization=True."
                          : "Is the download complete?");
}

Shards read_index(const fs::path& path) {
  const nlohmann::json root = parse_json(read_file(path), path.string());
  const Fields map = Fields(root, path.string()).object("weight_map");
  Shards shards;
  for (const auto& [tensor, file] : map.json().items()) {
    if (!file.is_string() || !is_plain(file.get_ref<const std::string&>()))
      throw DataError(path.string() + ": weight_map: " + shown(tensor) + " lies in " + shown(file) +
                      ", expected the plain name of a .safetensors file");
    shards[file.get<std::string>()].push_back(tensor);
  }
  if (shards.empty()) throw DataError(path.string() + ": weight_map is empty");
  return shards;
}

}  // namespace

Shards shards_of(const fs::path& folder) {
  if (is_there(folder / kSingleFile)) return {{kSingleFile, {}}};
  if (is_there(folder / kIndexFile)) return read_index(folder / kIndexFile);
  nothing_there(folder);
}

bool is_there(const fs::path& path) {
  std::error_code hidden;
  return fs::exists(path, hidden);
}

std::string shard_name(size_t shard, size_t count) {
  char name[80];
  std::snprintf(name, sizeof name, "model-%05zu-of-%05zu.safetensors", shard + 1, count);
  return name;
}

bool is_shard_name(const std::string& name) {
  return std::regex_match(name, std::regex(R"(model-\d{5,}-of-\d{5,}\.safetensors)"));
}

}  // namespace cudal1::model
