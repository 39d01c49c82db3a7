// index and index_put_: tensors taken apart by numbers, slices and tensors.
#include <ATen/ATen.h>
#include <ATen/TensorIndexing.h>

#include "builtin_arguments.h"
#include "builtin_tables.h"

namespace cudal1::execute {
namespace {

at::indexing::TensorIndex index_of(const Call& call, const Value& value) {
  using at::indexing::TensorIndex;
  if (value.is<Number>()) {
    if (value.as<Number>().kind == Num::kBool) return TensorIndex(value.as<Number>().truthy());
    return TensorIndex(value.as<Number>().as_int());
  }
  if (value.is<Null>()) return TensorIndex(std::nullopt);
  if (value.is<std::string>()) return TensorIndex("...");
  if (value.is<at::Tensor>()) return TensorIndex(value.as<at::Tensor>());
  if (!value.is<Slice>())
    throw HostFailure{"type", "cannot index a tensor with " + describe(value), call.pos};
  const Slice& slice = value.as<Slice>();
  const auto part = [](const std::optional<int64_t>& given) {
    return given ? std::optional<c10::SymInt>(*given) : std::nullopt;
  };
  return TensorIndex(at::indexing::Slice(part(slice.start), part(slice.stop), part(slice.step)));
}

std::vector<at::indexing::TensorIndex> indices_of(const Call& call, const Values& arguments) {
  if (arguments.size() < 2 || !arguments[1].is<Vector>())
    throw HostFailure{"type", "index takes a list of indices", call.pos};
  std::vector<at::indexing::TensorIndex> indices;
  for (const Value& value : *arguments[1].as<Vector>().items)
    indices.push_back(index_of(call, value));
  return indices;
}

Value index(const Call& call, Values& arguments) {
  const at::Tensor& self = tensor(call, arguments[0], "index");
  try {
    return self.index(indices_of(call, arguments));
  } catch (const c10::Error& error) {
    throw HostFailure{"operator", "index: " + std::string(error.what_without_backtrace()),
                      call.pos};
  }
}

Value index_put(const Call& call, Values& arguments) {
  at::Tensor self = tensor(call, arguments[0], "index_put_");
  if (arguments.size() != 3)
    throw HostFailure{"type", "index_put_ takes indices and a value", call.pos};
  const auto indices = indices_of(call, arguments);
  try {
    if (arguments[2].is<Number>())
      self.index_put_(indices, c10::Scalar(arguments[2].as<Number>().as_double()));
    else
      self.index_put_(indices, tensor(call, arguments[2], "index_put_"));
  } catch (const c10::Error& error) {
    throw HostFailure{"operator", "index_put_: " + std::string(error.what_without_backtrace()),
                      call.pos};
  }
  return arguments[0];
}

}  // namespace

BuiltinTable index_methods() { return {{"index", index}, {"index_put_", index_put}}; }

}  // namespace cudal1::execute
