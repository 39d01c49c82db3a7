#include "cudal1/model/checkpoint.h"

#include <algorithm>

#include "checkpoint_files.h"
#include "cudal1/core/error.h"
#include "json_text.h"
#include "mismatch.h"

namespace cudal1::model {
namespace fs = std::filesystem;
namespace {

using Tensors = std::map<std::string, TensorView>;

constexpr char kEmbedding[] = "model.embed_tokens.weight", kOutput[] = "lm_head.weight";

bool same(const TensorView& a, const TensorView& b) {
  return a.type == b.type && a.shape == b.shape && std::ranges::equal(a.bytes, b.bytes);
}

// What older versions saved although it can be computed.
void leave_out_frequencies(Tensors& tensors) {
  std::erase_if(tensors,
                [](const auto& one) { return one.first.ends_with("rotary_emb.inv_freq"); });
}

// An output projection that is the embedding. transformers 4 forgets another one, 5 unties it:
// neither is meant.
void leave_out_tied(Tensors& tensors, const fs::path& folder) {
  const auto output = tensors.find(kOutput), embedding = tensors.find(kEmbedding);
  if (output == tensors.end() || embedding == tensors.end()) return;
  if (!same(output->second, embedding->second))
    throw DataError(folder.string() + ": " + kOutput + " is not " + kEmbedding +
                        ", although config.json says tie_word_embeddings",
                    "Which one is true? Set tie_word_embeddings to false, or remove the tensor.");
  tensors.erase(output);
}

Safetensors open_shard(const fs::path& folder, const std::string& file,
                       const std::vector<std::string>& promised) {
  const fs::path path = folder / file;
  if (!is_there(path))
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

void add(Tensors& all, const Tensors& more, const fs::path& path) {
  for (const auto& [name, tensor] : more)
    if (!all.emplace(name, tensor).second)
      throw DataError(path.string() + ": tensor " + shown(name) + " is in another shard too");
}

}  // namespace

Checkpoint Checkpoint::open(const fs::path& folder) {
  Checkpoint checkpoint;
  checkpoint.config_ = read_config(folder);
  for (const auto& [file, promised] : shards_of(folder)) {
    checkpoint.files_.push_back(open_shard(folder, file, promised));
    add(checkpoint.tensors_, checkpoint.files_.back().tensors(), folder / file);
  }
  leave_out_frequencies(checkpoint.tensors_);
  if (checkpoint.config_.tied_embeddings) leave_out_tied(checkpoint.tensors_, folder);
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
