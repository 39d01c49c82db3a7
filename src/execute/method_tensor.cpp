// Tensors: shape, memory, contents.
#include <ATen/ATen.h>

#include "builtin_arguments.h"
#include "builtin_tables.h"
#include "cudal1/execute/place.h"

namespace cudal1::execute {
namespace {

Value int_list(c10::IntArrayRef values) {
  Values items;
  items.reserve(values.size());
  for (int64_t value : values) items.push_back(Number::of(value));
  Vector vector = make_vector(std::move(items));
  static const auto kElement = std::make_shared<const Type>(number_type(Num::kI64));
  vector.element = kElement;
  return vector;
}

c10::ScalarType wanted_type(const Call& call, const at::Tensor& self) {
  if (call.targs.empty() || !call.targs[0].type) return self.scalar_type();
  const Type& type = *call.targs[0].type;
  return type.kind == Type::Kind::kNumber ? scalar_type_of(type.num) : c10::ScalarType::Undefined;
}

Value data_pointer(const Call& call, Values& arguments) {
  if (arguments[0].is<Vector>())
    return Pointer{nullptr, arguments[0].as<Vector>().element, arguments[0].as<Vector>().items};
  const at::Tensor& self = tensor(call, arguments[0], "data_ptr");
  if (call.targs.empty() || !call.targs[0].type) {
    Type unknown;
    unknown.kind = Type::Kind::kVoid;
    return Pointer{static_cast<std::byte*>(self.data_ptr()), std::make_shared<const Type>(unknown),
                   nullptr};
  }
  const c10::ScalarType wanted = wanted_type(call, self);
  if (wanted != self.scalar_type())
    throw HostFailure{"check",
                      "data_ptr<" + to_string(*call.targs[0].type) + ">() of a tensor of " +
                          c10::toString(self.scalar_type()),
                      call.pos};
  const bool on_device = call.context.is_device_tensor(self) && !is_left_on_host(self);
  if (!on_device && self.numel() > 0)
    throw HostFailure{"check",
                      "data_ptr of a CPU tensor: kernels need a tensor on the GPU (create it with "
                      "torch::kCUDA or x.options())",
                      call.pos};
  return Pointer{static_cast<std::byte*>(self.data_ptr()),
                 std::make_shared<const Type>(*call.targs[0].type), nullptr};
}

// Argument 1 as a dimension of `self`.
int64_t dimension(const Call& call, const at::Tensor& self, const Values& arguments,
                  const char* member) {
  const int64_t dim = integer(call, arguments, 1);
  if (dim < -self.dim() || dim >= self.dim())
    throw HostFailure{"check",
                      std::string(member) + "(" + std::to_string(dim) + ") of a tensor of " +
                          std::to_string(self.dim()) + " dimensions",
                      call.pos};
  return dim;
}

Value size_of_dim(const Call& call, Values& arguments) {
  if (arguments[0].is<Vector>())
    return Number::of(int64_t(arguments[0].as<Vector>().items->size()), Num::kU64);
  if (arguments[0].is<std::string>())
    return Number::of(int64_t(arguments[0].as<std::string>().size()), Num::kU64);
  const at::Tensor& self = tensor(call, arguments[0], "size");
  return Number::of(self.size(dimension(call, self, arguments, "size")));
}

Value stride_of_dim(const Call& call, Values& arguments) {
  const at::Tensor& self = tensor(call, arguments[0], "stride");
  return Number::of(self.stride(dimension(call, self, arguments, "stride")));
}

Value sizes(const Call& call, Values& arguments) {
  return int_list(tensor(call, arguments[0], "sizes").sizes());
}
Value strides(const Call& call, Values& arguments) {
  return int_list(tensor(call, arguments[0], "strides").strides());
}
Value numel(const Call& call, Values& arguments) {
  return Number::of(tensor(call, arguments[0], "numel").numel());
}
Value dim(const Call& call, Values& arguments) {
  return Number::of(tensor(call, arguments[0], "dim").dim());
}
Value nbytes(const Call& call, Values& arguments) {
  return Number::of(int64_t(tensor(call, arguments[0], "nbytes").nbytes()), Num::kU64);
}
Value storage_offset(const Call& call, Values& arguments) {
  return Number::of(tensor(call, arguments[0], "storage_offset").storage_offset());
}

Value element_size(const Call& call, Values& arguments) {
  if (arguments[0].is<c10::ScalarType>())
    return Number::of(int64_t(c10::elementSize(arguments[0].as<c10::ScalarType>())), Num::kU64);
  return Number::of(int64_t(tensor(call, arguments[0], "element_size").element_size()));
}

Value is_contiguous(const Call& call, Values& arguments) {
  const at::Tensor& self = tensor(call, arguments[0], "is_contiguous");
  if (arguments.size() > 1 && arguments[1].is<c10::MemoryFormat>())
    return Number::boolean(self.is_contiguous(arguments[1].as<c10::MemoryFormat>()));
  return Number::boolean(self.is_contiguous());
}

Value is_dense(const Call& call, Values& arguments) {
  const char* name = "is_non_overlapping_and_dense";
  return Number::boolean(tensor(call, arguments[0], name).is_non_overlapping_and_dense());
}
Value memory_format(const Call& call, Values& arguments) {
  return tensor(call, arguments[0], "suggest_memory_format").suggest_memory_format();
}

Value is_floating_point(const Call& call, Values& arguments) {
  return Number::boolean(tensor(call, arguments[0], "is_floating_point").is_floating_point());
}

Value defined(const Call& call, Values& arguments) {
  if (arguments[0].is<Null>()) return Number::boolean(false);
  if (!arguments[0].is<at::Tensor>()) no_member(call, arguments[0], "defined");
  return Number::boolean(arguments[0].as<at::Tensor>().defined());
}

Value is_same(const Call& call, Values& arguments) {
  return Number::boolean(
      tensor(call, arguments[0], "is_same").is_same(tensor(call, arguments[1], "is_same")));
}

Value item(const Call& call, Values& arguments) {
  const at::Tensor& self = tensor(call, arguments[0], "item");
  if (self.numel() != 1)
    throw HostFailure{
        "check", "item() of a tensor of " + std::to_string(self.numel()) + " elements", call.pos};
  const c10::Scalar scalar = self.item();
  const Num kind = num_of(self.scalar_type()).value_or(Num::kF64);
  const Number value =
      is_floating(kind) ? Number::real(scalar.toDouble(), kind) : Number::of(scalar.toLong(), kind);
  return call.targs.empty() || !call.targs[0].type ? Value(value)
                                                   : coerce(*call.targs[0].type, value, call.pos);
}

Value accessor32(const Call& call, Values& arguments) {
  return Accessor{tensor(call, arguments[0], "packed_accessor32"), false};
}
Value accessor64(const Call& call, Values& arguments) {
  return Accessor{tensor(call, arguments[0], "packed_accessor64"), true};
}

}  // namespace

BuiltinTable tensor_methods() {
  return {{"data_ptr", data_pointer},
          {"const_data_ptr", data_pointer},
          {"mutable_data_ptr", data_pointer},
          {"data", data_pointer},
          {"size", size_of_dim},
          {"stride", stride_of_dim},
          {"sizes", sizes},
          {"sym_sizes", sizes},
          {"length", size_of_dim},
          {"is_non_overlapping_and_dense", is_dense},
          {"suggest_memory_format", memory_format},
          {"strides", strides},
          {"numel", numel},
          {"dim", dim},
          {"ndimension", dim},
          {"nbytes", nbytes},
          {"storage_offset", storage_offset},
          {"element_size", element_size},
          {"itemsize", element_size},
          {"is_contiguous", is_contiguous},
          {"is_floating_point", is_floating_point},
          {"defined", defined},
          {"is_same", is_same},
          {"item", item},
          {"packed_accessor32", accessor32},
          {"packed_accessor64", accessor64},
          {"packed_accessor", accessor64},
          {"generic_packed_accessor", accessor64}};
}

}  // namespace cudal1::execute
