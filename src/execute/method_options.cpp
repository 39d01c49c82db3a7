// Where a tensor is and what it is made of: devices, dtypes, layouts, TensorOptions.
#include <ATen/ATen.h>

#include "builtin_arguments.h"
#include "builtin_tables.h"
#include "cudal1/execute/place.h"

namespace cudal1::execute {
namespace {

// What a program sees as the device: on the PTX machine, CPU tensors pass for CUDA ones.
c10::Device seen_device(const Call& call, const at::Tensor& self) {
  if (call.context.device.is_cuda() || is_left_on_host(self)) return self.device();
  return c10::Device(c10::kCUDA, 0);
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
  // x.type().is_cuda(): of the type the device is no longer known; kernels refuse CPU tensors.
  if (arguments[0].is<c10::ScalarType>()) return Number::boolean(true);
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
  if (arguments[0].is<Number>()) return scalar_type_of(arguments[0].as<Number>().kind);
  if (arguments[0].is<c10::Device>()) return c10::Device(arguments[0].as<c10::Device>().type());
  return tensor(call, arguments[0], "type")
      .scalar_type();  // x.type(): the old spelling of scalar_type()
}
Value device_index(const Call& call, Values& arguments) {
  if (!arguments[0].is<c10::Device>()) no_member(call, arguments[0], "index");
  const auto index = arguments[0].as<c10::Device>().index();
  return Number::of(index < 0 ? 0 : index, Num::kI8);
}

Value has_index(const Call& call, Values& arguments) {
  if (!arguments[0].is<c10::Device>()) no_member(call, arguments[0], "has_index");
  return Number::boolean(arguments[0].as<c10::Device>().has_index());
}
Value text(const Call& call, Values& arguments) {
  if (!arguments[0].is<c10::Device>()) no_member(call, arguments[0], "str");
  return arguments[0].as<c10::Device>().str();
}
Value options_on_device(const Call& call, Values& arguments) {
  if (!arguments[0].is<c10::TensorOptions>()) no_member(call, arguments[0], "device_index");
  return arguments[0].as<c10::TensorOptions>().device_index(
      c10::DeviceIndex(integer(call, arguments, 1)));
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

}  // namespace

BuiltinTable option_methods() {
  return {{"options", options},
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
          {"has_index", has_index},
          {"str", text},
          {"device_index", options_on_device},
          {"set_requires_grad", unchanged},
          {"scalarType", same_type},
          {"toScalarType", same_type},
          {"name", toggle_name},
          {"is_sparse", no},
          {"is_quantized", no},
          {"allowTF32CuBLAS", no}};
}

}  // namespace cudal1::execute
