#include "model_flops.h"

#include <functional>
#include <numeric>

namespace cudal1::train {

Sizes sizes_of(const model::ModelConfig& shape, const std::optional<model::LoraShape>& adapter) {
  Sizes sizes{.model = shape.parameters()};
  if (!adapter) return sizes;
  for (const model::WeightSpec& factor : model::factors_of(shape, *adapter))
    sizes.adapter +=
        std::accumulate(factor.shape.begin(), factor.shape.end(), int64_t{1}, std::multiplies<>());
  return sizes;
}

// 6 N + 12 L H Q T: a product with a parameter is 2 operations forward, 2 for the gradient of what
// comes in and 2 for its own; frozen weights have no gradient of their own, so theirs is 4 N.
// Looking up an embedding is no arithmetic; tied to the head it is one product. That attention is
// causal, and what is calculated a second time to save memory, is not counted.
double flops_per_token(const model::ModelConfig& shape, const Sizes& sizes, double mean_length) {
  const int64_t lookup = shape.tied_embeddings ? 0 : shape.vocab_size * shape.hidden_size;
  const double multiplied = double(sizes.model - lookup);
  const double products =
      sizes.adapter > 0 ? 4 * multiplied + 6 * double(sizes.adapter) : 6 * multiplied;
  return products +
         12 * double(shape.layers) * double(shape.heads) * double(shape.head_dim) * mean_length;
}

std::optional<double> peak_flops(const std::string& gpu) {
  // NVIDIA's data sheets, "BFLOAT16 Tensor Core", half of what is given with sparsity. The first
  // name that is part of the GPU's own counts.
  struct Peak {
    const char* name;
    double flops;
  };
  constexpr Peak kPeaks[] = {
      {"H100 NVL", 835e12}, {"H100 PCIe", 756e12}, {"GH200", 989e12},     {"H200 NVL", 835e12},
      {"H200", 989e12},     {"H100", 989e12},      {"H800 PCIe", 756e12}, {"H800", 989e12},
      {"H20", 148e12},      {"B200", 2250e12},     {"A100", 312e12},      {"A800", 312e12},
      {"L40S", 362e12},     {"L40", 181e12},       {"L4", 121e12},        {"A10G", 70e12},
      {"A10", 125e12},      {"A40", 150e12},       {"A30", 165e12},
  };
  for (const Peak& peak : kPeaks)
    if (gpu.find(peak.name) != std::string::npos) return peak.flops;
  return std::nullopt;
}

}  // namespace cudal1::train
