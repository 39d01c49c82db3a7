#include <ATen/ATen.h>

#include <algorithm>

#include "bench.h"
#include "cudal1/execute/place.h"

namespace cudal1::evaluate {
namespace {

using execute::Tuple;
using execute::Value;
using execute::Values;
using execute::Vector;

Value map_value(const Value& value, const std::function<at::Tensor(const at::Tensor&)>& change) {
  if (value.is<at::Tensor>())
    return value.as<at::Tensor>().defined() ? change(value.as<at::Tensor>()) : value;
  if (value.is<Vector>())
    return Vector{std::make_shared<Values>(map_tensors(*value.as<Vector>().items, change)),
                  value.as<Vector>().element};
  if (value.is<Tuple>())
    return Tuple{std::make_shared<Values>(map_tensors(*value.as<Tuple>().items, change))};
  return value;
}

}  // namespace

Values map_tensors(const Values& values,
                   const std::function<at::Tensor(const at::Tensor&)>& change) {
  Values mapped;
  mapped.reserve(values.size());
  for (const Value& value : values) mapped.push_back(map_value(value, change));
  return mapped;
}

std::vector<at::Tensor> tensors_of(const Values& values) {
  std::vector<at::Tensor> all;
  for (const Value& value : values)
    for (const at::Tensor& tensor : execute::tensors_in(value)) all.push_back(tensor);
  return all;
}

int64_t elements_of(const Values& values) {
  int64_t count = 0;
  for (const at::Tensor& tensor : tensors_of(values)) count += tensor.numel();
  return count;
}

namespace {

at::Tensor same_memory(const at::Tensor& tensor) {
  if (tensor.is_non_overlapping_and_dense() || tensor.numel() == 0 || tensor.is_conj() ||
      tensor.is_neg())
    return tensor.clone();
  int64_t span = 1;
  for (int64_t d = 0; d < tensor.dim(); ++d) span += (tensor.size(d) - 1) * tensor.stride(d);
  const at::Tensor memory = tensor.as_strided({span}, {1}, tensor.storage_offset()).clone();
  return memory.as_strided(tensor.sizes(), tensor.strides());
}

}  // namespace

at::Tensor copy_of(const at::Tensor& tensor) {
  const at::Tensor copy = same_memory(tensor);
  execute::place_like(tensor, copy);
  return copy;
}

// Bit for bit, so that a NaN equals itself.
bool same_bytes(const at::Tensor& a, const at::Tensor& b) {
  if (a.sizes() != b.sizes() || a.scalar_type() != b.scalar_type()) return false;
  if (a.numel() == 0) return true;
  return at::equal(bytes_of(a), bytes_of(b));
}

bool shares_memory(const at::Tensor& tensor, const std::vector<at::Tensor>& others) {
  if (!tensor.defined() || !tensor.has_storage() || tensor.numel() == 0) return false;
  return std::any_of(others.begin(), others.end(), [&](const at::Tensor& other) {
    return other.defined() && other.has_storage() && tensor.storage().is_alias_of(other.storage());
  });
}

bool overlaps(const at::Tensor& a, const at::Tensor& b) {
  if (!shares_memory(a, {b})) return false;
  const auto end = [](const at::Tensor& tensor) {
    int64_t last = 0;
    for (int64_t d = 0; d < tensor.dim(); ++d) last += (tensor.size(d) - 1) * tensor.stride(d);
    return static_cast<const char*>(tensor.const_data_ptr()) +
           (last + 1) * int64_t(tensor.element_size());
  };
  return a.const_data_ptr() < end(b) && b.const_data_ptr() < end(a);
}

at::Tensor bytes_of(const at::Tensor& tensor) {
  // A contiguous tensor may still have odd strides where its size is 1.
  const at::Tensor whole = tensor.resolve_conj().resolve_neg().contiguous();
  return whole.as_strided({whole.numel(), 1}, {1, 1}).view(at::kByte);
}

}  // namespace cudal1::evaluate
