#include "run_state.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "config_kinds.h"
#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/model/checkpoint.h"
#include "cudal1/model/lora.h"

namespace cudal1::train {
namespace {

namespace fs = std::filesystem;
using model::ElementType;
using model::TensorView;

constexpr const char* kMoments = "moments.safetensors";
constexpr const char* kProgress = "progress.json";

ElementType element_type_of(at::ScalarType type) {
  for (const auto one : {ElementType::kF32, ElementType::kF16, ElementType::kBF16})
    if (model::scalar_type_of(one) == type) return one;
  throw DataError(std::string("weights of type ") + c10::toString(type) + " are not saved");
}

// Views of tensors on the host, which are kept in `kept`.
std::map<std::string, TensorView> views_of(const std::map<std::string, at::Tensor>& tensors,
                                           std::vector<at::Tensor>& kept) {
  std::map<std::string, TensorView> views;
  for (const auto& [name, tensor] : tensors) {
    kept.push_back(tensor.cpu().contiguous());
    const at::Tensor& host = kept.back();
    views[name] = {element_type_of(host.scalar_type()),
                   host.sizes().vec(),
                   {static_cast<const std::byte*>(host.const_data_ptr()), host.nbytes()}};
  }
  return views;
}

std::string name_of(int64_t step) {
  char text[32];
  std::snprintf(text, sizeof text, "step-%08lld", static_cast<long long>(step));
  return text;
}

std::vector<fs::path> states_in(const fs::path& folder) {
  std::vector<fs::path> states;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().filename().string().starts_with("step-") && entry.path().extension() != ".tmp")
      states.push_back(entry.path());
  std::sort(states.begin(), states.end());
  return states;
}

[[noreturn]] void refuse_other_model(const fs::path& state, const std::string& what) {
  throw DataError(state.string() + " is of another model: " + what,
                  "Start a new run, or give back the configuration that it was made with.");
}

void load_model(const fs::path& state, const model::Transformer& transformer) {
  const auto checkpoint = model::Checkpoint::open(state);
  for (auto& [name, tensor] : model::named_weights(transformer.config(), transformer.weights())) {
    const auto found = checkpoint.tensors().find(name);
    if (found == checkpoint.tensors().end() || found->second.shape != tensor.sizes().vec())
      refuse_other_model(state, name + " does not fit");
    at::Tensor(tensor).copy_(model::tensor_of(found->second));
  }
}

void load_factors(const fs::path& state, const model::Transformer& transformer) {
  const auto adapter = model::Adapter::open(state, transformer.config());
  if (adapter.shape() != *transformer.weights().adapter)
    refuse_other_model(state, "its adapter has another rank, scale or other targets");
  model::copy_factors(transformer.weights(), adapter);
}

void load_moments(const fs::path& file, AdamW& moments) {
  const auto saved = model::Safetensors::open(file);
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : moments.state()) {
    const auto found = saved.tensors().find(name);
    if (found == saved.tensors().end()) refuse_other_model(file, "it lacks the tensor " + name);
    if (found->second.shape != tensor.sizes().vec())
      refuse_other_model(file, "its tensor " + name + " has another shape");
    tensors[name] = model::tensor_of(found->second);
  }
  moments.load(tensors);
}

int64_t count_of(const nlohmann::ordered_json& object, const char* field, const fs::path& file) {
  const auto found = object.find(field);
  const auto count = found == object.end() ? std::nullopt : whole(*found, {});
  if (!count)
    throw DataError(file.string() + ": " + field + " is " +
                        (found == object.end() ? "missing" : found->dump(-1, ' ', true)) +
                        ", expected " + spelled(Whole{}),
                    "Remove this checkpoint: the run goes on from the one before.");
  return *count;
}

Progress read_progress(const fs::path& file) {
  const auto json = nlohmann::ordered_json::parse(read_file(file), nullptr, false);
  if (!json.is_object())
    throw DataError(file.string() + " is no JSON object",
                    "Remove this checkpoint: the run goes on from the one before.");
  return {count_of(json, "step", file),
          {uint64_t(count_of(json, "epoch", file)), uint64_t(count_of(json, "index", file))}};
}

}  // namespace

void save_model(const fs::path& folder, const Learner& learner, const std::string& tokenizer_json) {
  const model::Transformer& transformer = learner.transformer();
  model::ModelConfig config = transformer.config();
  std::vector<at::Tensor> kept;
  for (const auto type :
       {model::WeightType::kFloat32, model::WeightType::kBFloat16, model::WeightType::kFloat16})
    if (model::scalar_type_of(type) == transformer.weights().embedding.scalar_type())
      config.type = type;
  model::save_checkpoint(folder, config,
                         views_of(model::merged_weights(config, transformer.weights()), kept));
  write_file_atomically(folder / "tokenizer.json", tokenizer_json);
}

void save_factors(const fs::path& folder, const Learner& learner) {
  const model::Weights& weights = learner.transformer().weights();
  std::vector<at::Tensor> kept;
  model::save_adapter(folder, *weights.adapter, learner.start(),
                      views_of(model::named_factors(weights), kept));
}

fs::path save_state(const fs::path& folder, Learner& learner, const std::string& tokenizer_json,
                    const Progress& progress, int64_t keep) {
  const fs::path final = folder / name_of(progress.step), unfinished = final.string() + ".tmp";
  remove_folder(unfinished);
  fs::create_directories(unfinished);
  if (learner.transformer().weights().adapter)
    save_factors(unfinished, learner);
  else
    save_model(unfinished, learner, tokenizer_json);
  std::vector<at::Tensor> kept;
  model::write_safetensors(unfinished / kMoments, views_of(learner.moments().state(), kept));
  const nlohmann::json json{{"step", progress.step},
                            {"epoch", progress.position.epoch},
                            {"index", progress.position.index}};
  write_file_atomically(unfinished / kProgress, json.dump() + "\n");
  remove_folder(final);
  fs::rename(unfinished, final);
  auto states = states_in(folder);
  for (; int64_t(states.size()) > std::max<int64_t>(1, keep); states.erase(states.begin()))
    remove_folder(states.front());
  return final;
}

std::optional<fs::path> latest_state(const fs::path& folder) {
  const auto states = states_in(folder);
  return states.empty() ? std::nullopt : std::optional(states.back());
}

Progress load_state(const fs::path& state, Learner& learner) {
  const at::NoGradGuard no_grad;
  if (learner.transformer().weights().adapter)
    load_factors(state, learner.transformer());
  else
    load_model(state, learner.transformer());
  load_moments(state / kMoments, learner.moments());
  return read_progress(state / kProgress);
}

}  // namespace cudal1::train
