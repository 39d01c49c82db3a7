#include "model_flops.h"

#include <cctype>
#include <functional>
#include <numeric>
#include <string_view>

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

namespace {

// NVIDIA's data sheets, "BFLOAT16 Tensor Core", without sparsity. The first that is a word of the
// GPU's name counts.
struct Peak {
  std::string_view name;
  double flops;
};
constexpr Peak kPeaks[] = {
    {"GB200", 2500e12},    {"B200", 2250e12},    {"GH200", 989e12},     {"H200 NVL", 835e12},
    {"H200", 989e12},      {"H100 NVL", 835e12}, {"H100 PCIe", 756e12}, {"H100", 989e12},
    {"H800 PCIe", 756e12}, {"H800", 989e12},     {"H20", 148e12},       {"A100", 312e12},
    {"A800", 312e12},      {"A40", 149.7e12},    {"A30", 165e12},       {"A10G", 70e12},
    {"A10", 125e12},       {"L40S", 362e12},     {"L40", 181e12},       {"L4", 121e12},
};

// "A40" is no word of "RTX A4000".
bool has_word(std::string_view text, std::string_view word) {
  const size_t begin = text.find(word), end = begin + word.size();
  const auto is_inside = [&](size_t i) {
    return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
  };
  return begin != std::string_view::npos && !(begin > 0 && is_inside(begin - 1)) && !is_inside(end);
}

}  // namespace

std::optional<double> peak_flops(const std::string& gpu) {
  for (const Peak& peak : kPeaks)
    if (has_word(gpu, peak.name)) return peak.flops;
  return std::nullopt;
}

}  // namespace cudal1::train
