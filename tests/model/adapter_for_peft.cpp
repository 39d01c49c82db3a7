// For make_lora_fixture.py --check, which is run by hand: FOLDER gets an adapter of random factors
// and the logits that the model has with it.
#include <ATen/ATen.h>

#include <filesystem>

#include "cudal1/model/attention.h"
#include "cudal1/model/lora.h"
#include "cudal1/model/transformer.h"

namespace cudal1::model {
namespace {

const std::filesystem::path kBase = CUDAL1_SOURCE_DIR "/tests/model/fixtures/qwen2";

TensorView view_of(const at::Tensor& tensor) {
  return {ElementType::kF32,
          tensor.sizes().vec(),
          {static_cast<const std::byte*>(tensor.const_data_ptr()), tensor.nbytes()}};
}

at::Tensor logits_of(const Transformer& transformer) {
  const auto golden = Safetensors::open(kBase / "golden.safetensors");
  const at::Tensor tokens = tensor_of(golden.tensors().at("input_ids"));
  const std::vector<int64_t> lengths(size_t(tokens.size(0)), tokens.size(1));
  return transformer.logits(transformer.hidden(tokens.flatten(),
                                               at::arange(tokens.size(1)).repeat({tokens.size(0)}),
                                               packed_attention(transformer.config(), lengths)));
}

void make(const std::filesystem::path& folder) {
  const at::NoGradGuard no_grad;
  const Checkpoint checkpoint = Checkpoint::open(kBase);
  Weights weights = load_weights(checkpoint, at::kFloat);
  add_adapter(weights, checkpoint.config(), {.rank = 5, .targets = lora_targets()}, 1);
  std::map<std::string, TensorView> views;
  const auto factors = named_factors(weights);
  for (const auto& [name, factor] : factors)
    views[name] = view_of(at::Tensor(factor).normal_(0, 0.2));
  save_adapter(folder, *weights.adapter, kBase.string(), views);
  const at::Tensor logits = logits_of({checkpoint.config(), weights});
  write_safetensors(folder / "logits.safetensors", {{"logits", view_of(logits)}});
}

}  // namespace
}  // namespace cudal1::model

int main(int count, char** arguments) {
  if (count != 2) return 2;
  cudal1::model::make(arguments[1]);
}
