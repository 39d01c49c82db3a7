#include "cudal1/model/lora.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace cudal1::model {
namespace {

// What is multiplied with the same input, in the order of its rows.
struct Fused {
  LowRank LayerWeights::*adapter;
  std::vector<std::string> projections;
};

const std::array<Fused, 4>& fused() {
  static const std::array<Fused, 4> all = {{
      {&LayerWeights::qkv_adapter, {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}},
      {&LayerWeights::output_adapter, {"self_attn.o_proj"}},
      {&LayerWeights::gate_up_adapter, {"mlp.gate_proj", "mlp.up_proj"}},
      {&LayerWeights::down_adapter, {"mlp.down_proj"}},
  }};
  return all;
}

bool is_target(const LoraShape& shape, const std::string& projection) {
  const std::string name = projection.substr(projection.find('.') + 1);
  return std::ranges::find(shape.targets, name) != shape.targets.end();
}

using Named = std::map<std::string, at::Tensor>;

// Of one fused matrix; without values. Undefined factors where none of it is a target.
LowRank empty_adapter(const Fused& matrix, const std::string& layer, const Named& weights,
                      const LoraShape& shape) {
  LowRank adapter{.scale = shape.scale()};
  int64_t begin = 0, adapted = 0, in = 0;
  at::TensorOptions options;
  for (const std::string& projection : matrix.projections) {
    const at::Tensor& weight = weights.at(layer + projection + ".weight");  // [out, in]
    if (is_target(shape, projection)) {
      const auto number = int64_t(adapter.parts.size());
      adapter.parts.push_back(
          {layer + projection, begin, weight.size(0), number * shape.rank, adapted});
      adapted += weight.size(0);
    }
    begin += weight.size(0);
    in = weight.size(1);
    options = weight.options();
  }
  if (adapter.parts.empty()) return {};
  adapter.a = at::empty({int64_t(adapter.parts.size()) * shape.rank, in}, options);
  adapter.b = at::empty({adapted, shape.rank}, options);
  return adapter;
}

void add_empty(Weights& weights, const ModelConfig& config, const LoraShape& shape) {
  const Named named = named_weights(config, weights);
  weights.adapter = shape;
  for (size_t i = 0; i < weights.layers.size(); ++i)
    for (const Fused& matrix : fused())
      weights.layers[i].*matrix.adapter =
          empty_adapter(matrix, "model.layers." + std::to_string(i) + ".", named, shape);
}

void for_each_adapter(const Weights& weights, const std::function<void(const LowRank&)>& visit) {
  for (const LayerWeights& layer : weights.layers)
    for (const Fused& matrix : fused())
      if ((layer.*matrix.adapter).a.defined()) visit(layer.*matrix.adapter);
}

at::Tensor merged(const at::Tensor& weight, const at::Tensor& a, const at::Tensor& b,
                  double scale) {
  const auto wide = [&](const at::Tensor& tensor) {
    return tensor.detach().to(weight.device(), at::kFloat);
  };
  return at::addmm(wide(weight), wide(b), wide(a), 1, scale).to(weight.scalar_type());
}

}  // namespace

void add_adapter(Weights& weights, const ModelConfig& config, const LoraShape& shape,
                 uint64_t seed) {
  const at::NoGradGuard no_grad;
  at::manual_seed(seed);
  add_empty(weights, config, shape);
  for_each_adapter(weights, [](const LowRank& adapter) {
    const double bound = 1 / std::sqrt(double(adapter.a.size(1)));
    at::Tensor(adapter.a).uniform_(-bound, bound);
    at::Tensor(adapter.b).zero_();
  });
}

void add_adapter(Weights& weights, const ModelConfig& config, const Adapter& adapter) {
  add_empty(weights, config, adapter.shape());
  copy_factors(weights, adapter);
}

void copy_factors(const Weights& weights, const Adapter& adapter) {
  const at::NoGradGuard no_grad;
  for (auto& [name, tensor] : named_factors(weights))
    tensor.copy_(tensor_of(adapter.tensors().at(name)));
}

void merge_adapter(Weights& weights, const ModelConfig& config,
                   const std::filesystem::path& folder) {
  const at::NoGradGuard no_grad;
  const Adapter adapter = Adapter::open(folder, config);
  for (auto& [name, weight] : named_weights(config, weights)) {
    const std::string projection = name.substr(0, name.rfind('.'));
    const auto a = adapter.tensors().find(name_of_a(projection));
    if (a == adapter.tensors().end() || !name.ends_with(".weight")) continue;
    const TensorView& b = adapter.tensors().at(name_of_b(projection));
    weight.copy_(merged(weight, tensor_of(a->second), tensor_of(b), adapter.shape().scale()));
  }
}

std::map<std::string, at::Tensor> named_factors(const Weights& weights) {
  Named named;
  for_each_adapter(weights, [&](const LowRank& adapter) {
    for (const LowRank::Part& part : adapter.parts) {
      named[name_of_a(part.projection)] = adapter.a_of(part).detach();
      named[name_of_b(part.projection)] = adapter.b_of(part).detach();
    }
  });
  return named;
}

std::map<std::string, at::Tensor> merged_weights(const ModelConfig& config,
                                                 const Weights& weights) {
  Named named = named_weights(config, weights);
  for_each_adapter(weights, [&](const LowRank& adapter) {
    for (const LowRank::Part& part : adapter.parts) {
      at::Tensor& weight = named.at(part.projection + ".weight");
      weight = merged(weight, adapter.a_of(part), adapter.b_of(part), adapter.scale).cpu();
    }
  });
  return named;
}

std::vector<at::Tensor> trained_of(const Weights& weights) {
  std::vector<at::Tensor> factors;
  for_each_adapter(weights, [&](const LowRank& adapter) {
    factors.push_back(adapter.a);
    factors.push_back(adapter.b);
  });
  return factors.empty() ? parameters_of(weights) : factors;
}

}  // namespace cudal1::model
