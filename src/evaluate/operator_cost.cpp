#include "operator_cost.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace cudal1::evaluate {
namespace {

const void* storage_of(const at::Tensor& tensor) {
  return tensor.defined() && tensor.has_storage() ? tensor.storage().unsafeGetStorageImpl()
                                                  : nullptr;
}

// A result that lies in an argument's memory is a view (or the argument of an in-place operator).
bool makes_views(const std::string& name, const std::vector<at::Tensor>& inputs,
                 const std::vector<at::Tensor>& outputs) {
  if (name.ends_with("_") || name.ends_with("_out") || outputs.empty()) return false;
  std::set<const void*> arguments;
  for (const at::Tensor& tensor : inputs) arguments.insert(storage_of(tensor));
  return std::all_of(outputs.begin(), outputs.end(), [&](const at::Tensor& tensor) {
    return arguments.contains(storage_of(tensor));
  });
}

uint64_t bytes_of(const std::vector<at::Tensor>& tensors) {
  uint64_t bytes = 0;
  for (const at::Tensor& tensor : tensors)
    if (tensor.defined()) bytes += uint64_t(tensor.numel()) * tensor.element_size();
  return bytes;
}

const std::set<std::string> kProducts = {"mm",     "bmm", "matmul", "mv",
                                         "linear", "dot", "vdot",   "linalg_matmul"};
// Of two operands without a batch: [m, k] and [k, n] make [m, n], so k² is what their sizes leave.
const std::set<std::string> kContractions = {"inner", "tensordot", "linalg_multi_dot",
                                             "chain_matmul"};

// In place or into a given tensor, the work is the same.
std::string plain(const std::string& name) {
  if (name.ends_with("_out")) return name.substr(0, name.size() - 4);
  return name.ends_with("_") ? name.substr(0, name.size() - 1) : name;
}

// Two products: every query with every key, and their weights with every value.
double attention_flops(const std::vector<at::Tensor>& inputs, const at::Tensor& output) {
  const double length = inputs[1].dim() > 1 ? double(inputs[1].size(-2)) : 1;
  return 2 * length * double(inputs[0].numel() + output.numel());
}

// Multiply-adds of matrix products and convolutions: every output element is a dot product of
// length k.
double flops_of(const std::string& called, const std::vector<at::Tensor>& inputs,
                const std::vector<at::Tensor>& outputs) {
  if (outputs.empty() || inputs.size() < 2) return 0;
  const std::string name = plain(called);
  if (name == "scaled_dot_product_attention") return attention_flops(inputs, outputs[0]);
  const bool added = name == "addmm" || name == "baddbmm" || name == "addmv" || name == "addbmm";
  const bool product = added || kProducts.contains(name);
  const bool convolution = name.find("conv") != std::string::npos;
  double k = 0;
  if (product) {
    const at::Tensor& left = inputs[added && inputs.size() > 2 ? 1 : 0];
    k = left.dim() > 0 ? double(left.size(-1)) : 1;
  }
  if (kContractions.contains(name) && outputs[0].numel() > 0)
    k = std::sqrt(double(inputs[0].numel()) * double(inputs[1].numel()) /
                  double(outputs[0].numel()));
  if (convolution && inputs[1].dim() > 1) {
    k = 1;
    for (int64_t d = 1; d < inputs[1].dim(); ++d) k *= double(inputs[1].size(d));
  }
  return 2 * k * double(outputs[0].numel());
}

}  // namespace

double operator_flops(const std::string& name, const std::vector<at::Tensor>& inputs,
                      const std::vector<at::Tensor>& outputs) {
  const bool single =
      !outputs.empty() && outputs[0].defined() && outputs[0].scalar_type() == at::kFloat;
  return single ? flops_of(name, inputs, outputs) : 0;
}

double operator_seconds(const sim::GpuSpec& gpu, const std::string& name,
                        const std::vector<at::Tensor>& inputs,
                        const std::vector<at::Tensor>& outputs) {
  if (name.starts_with("empty") || name == "new_empty" || makes_views(name, inputs, outputs))
    return 0;
  const double memory = double(bytes_of(inputs) + bytes_of(outputs)) / gpu.dram_bytes_per_s;
  const double peak = 2 * gpu.fp32_lanes_per_clock * gpu.sms * gpu.sm_clock_hz;
  return std::max(memory, flops_of(name, inputs, outputs) / peak) + gpu.launch_s;
}

}  // namespace cudal1::evaluate
