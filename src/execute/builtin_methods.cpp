// Members of tensors, lists, options and the rest that are not operators. Argument 0 is the object.
#include <ATen/ATen.h>
#include <ATen/TensorIndexing.h>

#include "interpreter.h"

namespace cudal1::execute {
namespace {

[[noreturn]] void no_member(const Call& call, const Value& self, const char* name) {
  throw HostFailure{"type", describe(self) + " has no member " + name, call.pos};
}

const at::Tensor& tensor(const Call& call, const Value& value, const char* member) {
  if (!value.is<at::Tensor>()) no_member(call, value, member);
  const at::Tensor& found = value.as<at::Tensor>();
  if (!found.defined())
    throw HostFailure{"check", std::string(member) + " of an undefined tensor", call.pos};
  return found;
}

int64_t integer(const Call& call, const Values& arguments, size_t i) {
  if (i >= arguments.size() || !arguments[i].is<Number>())
    throw HostFailure{"type", "expected an integer argument", call.pos};
  return arguments[i].as<Number>().as_int();
}

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
  if (!call.context.is_device_tensor(self) && self.numel() > 0)
    throw HostFailure{"check",
                      "data_ptr of a CPU tensor: kernels need a tensor on the GPU (create it with "
                      "torch::kCUDA or x.options())",
                      call.pos};
  return Pointer{static_cast<std::byte*>(self.data_ptr()),
                 std::make_shared<const Type>(*call.targs[0].type), nullptr};
}

Value size_of_dim(const Call& call, Values& arguments) {
  if (arguments[0].is<Vector>())
    return Number::of(int64_t(arguments[0].as<Vector>().items->size()), Num::kU64);
  if (arguments[0].is<std::string>())
    return Number::of(int64_t(arguments[0].as<std::string>().size()), Num::kU64);
  const at::Tensor& self = tensor(call, arguments[0], "size");
  const int64_t dim = integer(call, arguments, 1);
  if (dim < -self.dim() || dim >= self.dim())
    throw HostFailure{"check",
                      "size(" + std::to_string(dim) + ") of a tensor of " +
                          std::to_string(self.dim()) + " dimensions",
                      call.pos};
  return Number::of(self.size(dim));
}

Value stride_of_dim(const Call& call, Values& arguments) {
  const at::Tensor& self = tensor(call, arguments[0], "stride");
  const int64_t dim = integer(call, arguments, 1);
  if (dim < -self.dim() || dim >= self.dim())
    throw HostFailure{"check",
                      "stride(" + std::to_string(dim) + ") of a tensor of " +
                          std::to_string(self.dim()) + " dimensions",
                      call.pos};
  return Number::of(self.stride(dim));
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

// What a program sees as the device: on the PTX machine, CPU tensors pass for CUDA ones.
c10::Device seen_device(const Call& call, const at::Tensor& self) {
  return call.context.device.is_cuda() ? self.device() : c10::Device(c10::kCUDA, 0);
}

Value options(const Call& call, Values& arguments) {
  const at::Tensor& self = tensor(call, arguments[0], "options");
  return c10::TensorOptions()
      .dtype(self.dtype())
      .layout(self.layout())
      .device(seen_device(call, self));
}

Value device(const Call& call, Values& arguments) {
  if (arguments[0].is<c10::TensorOptions>()) {
    c10::TensorOptions& self = arguments[0].as<c10::TensorOptions>();
    if (arguments.size() == 1) return self.device();
    Type type;
    type.kind = Type::Kind::kDevice;
    Values rest(arguments.begin() + 1, arguments.end());
    return self.device(construct(type, std::move(rest), false, call.pos).as<c10::Device>());
  }
  return seen_device(call, tensor(call, arguments[0], "device"));
}

Value dtype(const Call& call, Values& arguments) {
  if (arguments[0].is<c10::TensorOptions>()) {
    c10::TensorOptions& self = arguments[0].as<c10::TensorOptions>();
    if (arguments.size() == 1) return c10::typeMetaToScalarType(self.dtype());
    if (!arguments[1].is<c10::ScalarType>())
      throw HostFailure{"type", "dtype() takes a dtype, got " + describe(arguments[1]), call.pos};
    return self.dtype(arguments[1].as<c10::ScalarType>());
  }
  return tensor(call, arguments[0], "dtype").scalar_type();
}

Value layout(const Call& call, Values& arguments) {
  if (arguments[0].is<c10::TensorOptions>()) return arguments[0];
  return tensor(call, arguments[0], "layout").layout();
}

// Gradients and pinning do not exist here: the options stay as they are.
Value unchanged(const Call&, Values& arguments) { return arguments[0]; }
Value no(const Call&, Values&) { return Number::boolean(false); }

Value memory_format(const Call&, Values& arguments) { return arguments[0]; }

Value is_cuda(const Call& call, Values& arguments) {
  if (arguments[0].is<c10::Device>())
    return Number::boolean(arguments[0].as<c10::Device>().is_cuda());
  return Number::boolean(seen_device(call, tensor(call, arguments[0], "is_cuda")).is_cuda());
}
Value is_cpu(const Call& call, Values& arguments) {
  if (arguments[0].is<c10::Device>())
    return Number::boolean(arguments[0].as<c10::Device>().is_cpu());
  return Number::boolean(seen_device(call, tensor(call, arguments[0], "is_cpu")).is_cpu());
}
Value get_device(const Call& call, Values& arguments) {
  return Number::of(seen_device(call, tensor(call, arguments[0], "get_device")).index(), Num::kI8);
}
Value device_type(const Call& call, Values& arguments) {
  if (arguments[0].is<c10::Device>()) return c10::Device(arguments[0].as<c10::Device>().type());
  return tensor(call, arguments[0], "type")
      .scalar_type();  // x.type(): the old spelling of scalar_type()
}
Value device_index(const Call& call, Values& arguments) {
  if (!arguments[0].is<c10::Device>()) no_member(call, arguments[0], "index");
  const auto index = arguments[0].as<c10::Device>().index();
  return Number::of(index < 0 ? 0 : index, Num::kI8);
}

Value is_contiguous(const Call& call, Values& arguments) {
  const at::Tensor& self = tensor(call, arguments[0], "is_contiguous");
  if (arguments.size() > 1 && arguments[1].is<c10::MemoryFormat>())
    return Number::boolean(self.is_contiguous(arguments[1].as<c10::MemoryFormat>()));
  return Number::boolean(self.is_contiguous());
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

template <Num kKind>
Value scalar_to(const Call& call, Values& arguments) {
  if (!arguments[0].is<Number>()) no_member(call, arguments[0], "to<T>");
  return convert(arguments[0].as<Number>(), kKind);
}

Value has_value(const Call&, Values& arguments) {
  return Number::boolean(!arguments[0].is<Null>());
}
Value value(const Call& call, Values& arguments) {
  if (arguments[0].is<Null>()) throw HostFailure{"check", "value() of an empty optional", call.pos};
  return arguments[0];
}
Value value_or(const Call& call, Values& arguments) {
  if (arguments.size() != 2) throw HostFailure{"type", "value_or takes one argument", call.pos};
  return arguments[0].is<Null>() ? arguments[1] : arguments[0];
}

Value accessor32(const Call& call, Values& arguments) {
  return Accessor{tensor(call, arguments[0], "packed_accessor32"), false};
}
Value accessor64(const Call& call, Values& arguments) {
  return Accessor{tensor(call, arguments[0], "packed_accessor64"), true};
}

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

Value same_type(const Call& call, Values& arguments) {
  if (arguments[0].is<c10::ScalarType>()) return arguments[0];
  return tensor(call, arguments[0], "scalarType").scalar_type();
}

Value no_gradient(const Call&, Values& arguments) {
  return arguments[0].is<at::Tensor>() ? Value(Number::boolean(false)) : arguments[0];
}

Value toggle_name(const Call& call, Values& arguments) {
  if (!arguments[0].is<c10::ScalarType>()) no_member(call, arguments[0], "name");
  return std::string(c10::toString(arguments[0].as<c10::ScalarType>()));
}

// ---- lists
// ----------------------------------------------------------------------------------------------

Values& items(const Call& call, Value& self, const char* member) {
  if (self.is<Vector>()) return *self.as<Vector>().items;
  if (self.is<Tuple>()) return *self.as<Tuple>().items;
  no_member(call, self, member);
}

Value push_back(const Call& call, Values& arguments) {
  if (!arguments[0].is<Vector>()) no_member(call, arguments[0], "push_back");
  const Vector& self = arguments[0].as<Vector>();
  Value added = arguments.size() > 1 ? arguments[1] : Value(Void{});
  self.items->push_back(self.element ? coerce(*self.element, added, call.pos) : deep_copy(added));
  return Void{};
}
Value pop_back(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "pop_back");
  if (self.empty()) throw HostFailure{"check", "pop_back of an empty list", call.pos};
  self.pop_back();
  return Void{};
}
Value back(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "back");
  if (self.empty()) throw HostFailure{"check", "back of an empty list", call.pos};
  return self.back();
}
Value front(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "front");
  if (self.empty()) throw HostFailure{"check", "front of an empty list", call.pos};
  return self.front();
}
Value empty(const Call& call, Values& arguments) {
  return Number::boolean(items(call, arguments[0], "empty").empty());
}
Value clear(const Call& call, Values& arguments) {
  items(call, arguments[0], "clear").clear();
  return Void{};
}
Value at(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "at");
  const int64_t i = integer(call, arguments, 1);
  if (i < 0 || size_t(i) >= self.size())
    throw HostFailure{"check",
                      "index " + std::to_string(i) + " of a list of " + std::to_string(self.size()),
                      call.pos};
  return self[size_t(i)];
}
Value iterator(const Call& call, Value& self, size_t position) {
  if (!self.is<Vector>()) no_member(call, self, "begin");
  return Pointer{reinterpret_cast<std::byte*>(position), self.as<Vector>().element,
                 self.as<Vector>().items};
}
Value begin(const Call& call, Values& arguments) { return iterator(call, arguments[0], 0); }
Value end(const Call& call, Values& arguments) {
  return iterator(call, arguments[0], items(call, arguments[0], "end").size());
}

size_t position(const Call& call, const Values& self, const Value& value) {
  const auto i =
      value.is<Pointer>() ? reinterpret_cast<size_t>(value.as<Pointer>().address) : size_t(-1);
  if (i > self.size()) throw HostFailure{"check", "an iterator outside its list", call.pos};
  return i;
}
Value erase(const Call& call, Values& arguments) {
  Values& self = items(call, arguments[0], "erase");
  const size_t first = position(call, self, arguments.at(1));
  const size_t last = arguments.size() > 2 ? position(call, self, arguments[2]) : first + 1;
  if (last > self.size() || first > last)
    throw HostFailure{"check", "erase outside the list", call.pos};
  self.erase(self.begin() + long(first), self.begin() + long(last));
  return arguments[1];
}
Value insert(const Call& call, Values& arguments) {
  if (arguments.size() < 3)
    throw HostFailure{"type", "insert takes a position and a value", call.pos};
  Values& self = items(call, arguments[0], "insert");
  const size_t where = position(call, self, arguments[1]);
  if (arguments.size() == 3) {
    self.insert(self.begin() + long(where), deep_copy(arguments[2]));
    return arguments[1];
  }
  const Values source = arguments[2].is<Pointer>() && arguments[2].as<Pointer>().array
                            ? *arguments[2].as<Pointer>().array
                            : Values{};
  const size_t first = position(call, source, arguments[2]),
               last = position(call, source, arguments[3]);
  if (first > last)
    throw HostFailure{"check", "insert of a range that ends before it begins", call.pos};
  self.insert(self.begin() + long(where), source.begin() + long(first),
              source.begin() + long(last));
  return arguments[1];
}
Value resize(const Call& call, Values& arguments) {
  if (!arguments[0].is<Vector>()) no_member(call, arguments[0], "resize");
  const Vector& self = arguments[0].as<Vector>();
  const int64_t count = integer(call, arguments, 1);
  if (count < 0 || count > (1 << 24))
    throw HostFailure{"check", "resize to " + std::to_string(count), call.pos};
  const Value filler = arguments.size() > 2 ? arguments[2]
                       : self.element       ? construct(*self.element, {}, true, call.pos)
                                            : Value(Number::of(0));
  self.items->resize(size_t(count), filler);
  return Void{};
}
Value nothing(const Call&, Values&) { return Void{}; }
Value copy_list(const Call&, Values& arguments) { return deep_copy(arguments[0]); }

Value c_string(const Call&, Values& arguments) { return arguments[0]; }
Value same_stream(const Call&, Values&) { return Stream{}; }

using Table = std::unordered_map<std::string, Builtin>;

const Table& table() {
  static const Table kTable = {{"data_ptr", data_pointer},
                               {"const_data_ptr", data_pointer},
                               {"mutable_data_ptr", data_pointer},
                               {"data", data_pointer},
                               {"size", size_of_dim},
                               {"stride", stride_of_dim},
                               {"sizes", sizes},
                               {"strides", strides},
                               {"numel", numel},
                               {"dim", dim},
                               {"ndimension", dim},
                               {"nbytes", nbytes},
                               {"storage_offset", storage_offset},
                               {"element_size", element_size},
                               {"itemsize", element_size},
                               {"options", options},
                               {"device", device},
                               {"dtype", dtype},
                               {"layout", layout},
                               {"requires_grad", no_gradient},
                               {"pinned_memory", unchanged},
                               {"memory_format", memory_format},
                               {"scalar_type", dtype},
                               {"is_cuda", is_cuda},
                               {"is_cpu", is_cpu},
                               {"get_device", get_device},
                               {"type", device_type},
                               {"index_", device_index},
                               {"is_contiguous", is_contiguous},
                               {"is_floating_point", is_floating_point},
                               {"defined", defined},
                               {"is_same", is_same},
                               {"item", item},
                               {"toFloat", scalar_to<Num::kF32>},
                               {"toDouble", scalar_to<Num::kF64>},
                               {"toInt", scalar_to<Num::kI32>},
                               {"toLong", scalar_to<Num::kI64>},
                               {"toBool", scalar_to<Num::kBool>},
                               {"scalarType", same_type},
                               {"toScalarType", same_type},
                               {"index", index},
                               {"index_put_", index_put},
                               {"has_value", has_value},
                               {"value", value},
                               {"value_or", value_or},
                               {"packed_accessor32", accessor32},
                               {"packed_accessor64", accessor64},
                               {"packed_accessor", accessor64},
                               {"generic_packed_accessor", accessor64},
                               {"name", toggle_name},
                               {"push_back", push_back},
                               {"emplace_back", push_back},
                               {"pop_back", pop_back},
                               {"back", back},
                               {"front", front},
                               {"empty", empty},
                               {"clear", clear},
                               {"at", at},
                               {"begin", begin},
                               {"end", end},
                               {"cbegin", begin},
                               {"cend", end},
                               {"erase", erase},
                               {"insert", insert},
                               {"resize", resize},
                               {"reserve", nothing},
                               {"vec", copy_list},
                               {"c_str", c_string},
                               {"is_sparse", no},
                               {"stream", same_stream},
                               {"synchronize", nothing},
                               {"get", value},
                               {"unwrap", value},
                               {"is_quantized", no},
                               {"allowTF32CuBLAS", no}};
  return kTable;
}

}  // namespace

Builtin find_method_builtin(const std::string& name) {
  const auto found = table().find(name);
  return found == table().end() ? nullptr : found->second;
}

}  // namespace cudal1::execute
