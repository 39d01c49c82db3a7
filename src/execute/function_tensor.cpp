// How tensors and their options are made where C++ has no operator for it, and slices of them.
#include <ATen/ATen.h>

#include "builtin_arguments.h"
#include "builtin_tables.h"
#include "cudal1/execute/place.h"

namespace cudal1::execute {
namespace {

Value options_of(const Call& call, Values& arguments) {
  expect(call, arguments, 0, 1, "TensorOptions");
  if (arguments.empty()) return c10::TensorOptions();
  Type type;
  type.kind = Type::Kind::kOptions;
  if (arguments[0].is<Number>()) return c10::TensorOptions();  // torch::requires_grad(false)
  if (arguments[0].is<std::string>())
    return c10::TensorOptions(c10::Device(arguments[0].as<std::string>()));
  return coerce(type, arguments[0], call.pos);
}

// torch::device({torch::kCUDA, 0}) and the like come as lists.
Value device_options(const Call& call, Values& arguments) {
  if (arguments.size() == 1 && arguments[0].is<Vector>()) {
    Values parts = *arguments[0].as<Vector>().items;
    Type device;
    device.kind = Type::Kind::kDevice;
    return c10::TensorOptions(
        construct(device, std::move(parts), true, call.pos).as<c10::Device>());
  }
  return options_of(call, arguments);
}

at::Tensor filled(const Call& call, const Values& items, const c10::TensorOptions& options) {
  const bool nested = !items.empty() && items[0].is<Vector>();
  if (nested) {
    std::vector<at::Tensor> rows;
    for (const Value& row : items) rows.push_back(filled(call, *row.as<Vector>().items, options));
    return at::stack(rows);
  }
  bool real = false, boolean = !items.empty();
  for (const Value& item : items) {
    real |= number(call, item).floating();
    boolean &= item.as<Number>().kind == Num::kBool;
  }
  const at::Tensor tensor = at::empty({int64_t(items.size())}, real      ? at::kDouble
                                                               : boolean ? at::kBool
                                                                         : at::kLong);
  for (size_t i = 0; i < items.size(); ++i) {
    if (real)
      tensor.data_ptr<double>()[i] = items[i].as<Number>().as_double();
    else if (boolean)
      tensor.data_ptr<bool>()[i] = items[i].as<Number>().truthy();
    else
      tensor.data_ptr<int64_t>()[i] = items[i].as<Number>().as_int();
  }
  const c10::ScalarType natural = real ? at::kFloat : boolean ? at::kBool : at::kLong;
  const c10::ScalarType wanted =
      options.has_dtype() ? c10::typeMetaToScalarType(options.dtype()) : natural;
  return tensor.to(call.context.real(options.device()), wanted);
}

// torch::tensor(values, options): C++ has no schema for it.
Value tensor_of(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 2, "torch::tensor");
  Values none;
  Values given = arguments.size() > 1 ? Values{arguments[1]} : none;
  const auto options = options_of(call, given).as<c10::TensorOptions>();
  if (!arguments[0].is<Number>() && !arguments[0].is<Vector>())
    throw HostFailure{
        "type", "torch::tensor takes a number or a list, got " + describe(arguments[0]), call.pos};
  const at::Tensor made = arguments[0].is<Number>()
                              ? filled(call, {arguments[0]}, options).squeeze(0)
                              : filled(call, *arguments[0].as<Vector>().items, options);
  if (options.device().is_cpu()) leave_on_host(made);
  return made;
}

std::vector<int64_t> integers(const Call& call, const Values& arguments, size_t i) {
  if (i >= arguments.size() || !arguments[i].is<Vector>())
    throw HostFailure{"type", "expected a list of integers", call.pos};
  std::vector<int64_t> made;
  for (const Value& item : *arguments[i].as<Vector>().items)
    made.push_back(number(call, item).as_int());
  return made;
}

Value product(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "multiply_integers");
  int64_t total = 1;
  for (const int64_t factor : integers(call, arguments, 0))
    total = int64_t(uint64_t(total) * uint64_t(factor));
  return Number::of(total);
}

Value wrapped_dim(const Call& call, Values& arguments) {
  expect(call, arguments, 2, 3, "maybe_wrap_dim");
  const int64_t dim = integer(call, arguments, 0);
  const int64_t extent = std::max<int64_t>(1, integer(call, arguments, 1));
  if (dim < -extent || dim >= extent)
    throw HostFailure{
        "check",
        "dimension " + std::to_string(dim) + " of " + std::to_string(extent) + " dimensions",
        call.pos};
  return Number::of(dim < 0 ? dim + extent : dim);
}

// The shape that two shapes are broadcast to.
Value inferred_size(const Call& call, Values& arguments) {
  expect(call, arguments, 2, 2, "infer_size");
  std::vector<int64_t> a = integers(call, arguments, 0), b = integers(call, arguments, 1);
  const size_t dims = std::max(a.size(), b.size());
  a.insert(a.begin(), dims - a.size(), 1);
  b.insert(b.begin(), dims - b.size(), 1);
  Values made;
  for (size_t i = 0; i < dims; ++i) {
    if (a[i] != b[i] && a[i] != 1 && b[i] != 1)
      throw HostFailure{"check",
                        "sizes " + std::to_string(a[i]) + " and " + std::to_string(b[i]) +
                            " of dimension " + std::to_string(i) + " cannot be broadcast",
                        call.pos};
    made.push_back(Number::of(a[i] == 1 ? b[i] : a[i]));
  }
  return make_vector(std::move(made));
}

Value as_it_is(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "this function");
  return arguments[0];
}

Value slice(const Call& call, Values& arguments) {
  expect(call, arguments, 0, 3, "Slice");
  Slice made;
  std::optional<int64_t>* parts[] = {&made.start, &made.stop, &made.step};
  for (size_t i = 0; i < arguments.size(); ++i)
    if (!arguments[i].is<Null>()) *parts[i] = number(call, arguments[i]).as_int();
  return made;
}

}  // namespace

BuiltinTable tensor_functions() {
  return {{"torch::dtype", options_of},           {"torch::device", device_options},
          {"torch::layout", options_of},          {"torch::requires_grad", options_of},
          {"torch::TensorOptions", options_of},   {"torch::tensor", tensor_of},
          {"torch::scalar_tensor", tensor_of},    {"torch::multiply_integers", product},
          {"torch::maybe_wrap_dim", wrapped_dim}, {"torch::infer_size", inferred_size},
          {"torch::makeArrayRef", as_it_is},      {"torch::indexing::TensorIndex", as_it_is},
          {"torch::indexing::Slice", slice},      {"Slice", slice}};
}

}  // namespace cudal1::execute
