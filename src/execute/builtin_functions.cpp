// Functions of the host language that are not operators: what std, c10 and the CUDA run time offer.
#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "interpreter.h"

namespace cudal1::execute {
namespace {

void expect(const Call& call, const Values& arguments, size_t least, size_t most,
            const char* name) {
  if (arguments.size() < least || arguments.size() > most)
    throw HostFailure{
        "type",
        std::string(name) + " does not take " + std::to_string(arguments.size()) + " arguments",
        call.pos};
}

const Number& number(const Call& call, const Value& value) {
  if (!value.is<Number>())
    throw HostFailure{"type", "expected a number, got " + describe(value), call.pos};
  return value.as<Number>();
}

template <double (*F)(double)>
Value real_function(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "this function");
  const Number& x = number(call, arguments[0]);
  const Num kind = x.kind == Num::kF32 ? Num::kF32 : Num::kF64;
  return convert(Number::real(F(x.as_double())), kind);
}

double inverse_sqrt(double x) { return 1 / std::sqrt(x); }

Value power(const Call& call, Values& arguments) {
  expect(call, arguments, 2, 2, "pow");
  const Number &x = number(call, arguments[0]), &y = number(call, arguments[1]);
  const Num kind = x.kind == Num::kF32 && y.kind == Num::kF32 ? Num::kF32 : Num::kF64;
  return convert(Number::real(std::pow(x.as_double(), y.as_double())), kind);
}

Value absolute(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "abs");
  Number x = number(call, arguments[0]);
  if (x.floating())
    x.d = std::fabs(x.d);
  else
    x.i = x.i < 0 ? -x.i : x.i;
  return x;
}

// std::min and std::max: of two numbers or of a list; of tensors they are operators (see
// compile_call.cpp).
template <bool kMax>
Value extreme(const Call& call, Values& arguments) {
  const Values list = arguments.size() == 1 && arguments[0].is<Vector>()
                          ? *arguments[0].as<Vector>().items
                          : arguments;
  if (list.empty()) throw HostFailure{"type", "min or max of nothing", call.pos};
  Number best = number(call, list[0]);
  for (size_t i = 1; i < list.size(); ++i) {
    const Number& other = number(call, list[i]);
    const Num kind = usual_arithmetic(best.kind, other.kind);
    const Number a = convert(best, kind), b = convert(other, kind);
    const bool less = is_floating(kind)   ? a.d < b.d
                      : is_unsigned(kind) ? uint64_t(a.i) < uint64_t(b.i)
                                          : a.i < b.i;
    best = less == kMax ? b : a;
  }
  return call.targs.empty() || !call.targs[0].type ||
                 call.targs[0].type->kind != Type::Kind::kNumber
             ? best
             : convert(best, call.targs[0].type->num);
}

Value clamp_number(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 3, "std::clamp");
  Values low = {arguments[0], arguments[1]};
  Values high = {extreme<true>(call, low), arguments[2]};
  return extreme<false>(call, high);
}

Value ceil_div(const Call& call, Values& arguments) {
  expect(call, arguments, 2, 2, "ceil_div");
  const Number a = number(call, arguments[0]), b = number(call, arguments[1]);
  if (b.as_int() == 0)
    throw HostFailure{"division_by_zero", "integer division by zero on the host side", call.pos};
  return Number::of((a.as_int() + b.as_int() - 1) / b.as_int(), usual_arithmetic(a.kind, b.kind));
}

Value make_tuple(const Call&, Values& arguments) {
  return Tuple{std::make_shared<Values>(std::move(arguments))};
}

Value tuple_get(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "std::get");
  const auto items = arguments[0].is<Tuple>()    ? arguments[0].as<Tuple>().items
                     : arguments[0].is<Vector>() ? arguments[0].as<Vector>().items
                                                 : nullptr;
  if (!items || call.targs.empty() || !call.targs[0].number)
    throw HostFailure{"type", "std::get takes std::get<i>(tuple), got " + describe(arguments[0]),
                      call.pos};
  const int64_t i = call.targs[0].number->as_int();
  if (i < 0 || size_t(i) >= items->size())
    throw HostFailure{
        "type",
        "std::get<" + std::to_string(i) + "> of a tuple of " + std::to_string(items->size()),
        call.pos};
  return (*items)[size_t(i)];
}

Value same(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "this function");
  return arguments[0];
}

Value to_string_value(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "to_string");
  if (arguments[0].is<c10::ScalarType>())
    return std::string(c10::toString(arguments[0].as<c10::ScalarType>()));
  const Number& x = number(call, arguments[0]);
  return x.floating() ? std::to_string(x.d) : std::to_string(x.i);
}

Num limit_type(const Call& call) {
  if (call.targs.empty() || !call.targs[0].type || call.targs[0].type->kind != Type::Kind::kNumber)
    throw HostFailure{"type", "std::numeric_limits needs an arithmetic type", call.pos};
  return call.targs[0].type->num;
}

template <typename T>
Number float_limit(char which, Num kind) {
  using L = std::numeric_limits<T>;
  return Number::real(which == 'M'   ? double(L::max())
                      : which == 'm' ? double(L::min())
                      : which == 'e' ? double(L::epsilon())
                      : which == 'l' ? double(L::lowest())
                      : which == 'q' ? std::nan("")
                                     : std::numeric_limits<double>::infinity(),
                      kind);
}

Number half_limit(char which, Num kind) {
  const bool half = kind == Num::kF16;
  const double max = half ? 65504.0 : 3.3895313892515355e38, min = half ? 0x1p-14 : 0x1p-126;
  const double epsilon = half ? 0x1p-10 : 0x1p-7;
  return Number::real(which == 'M'   ? max
                      : which == 'm' ? min
                      : which == 'e' ? epsilon
                      : which == 'l' ? -max
                      : which == 'q' ? std::nan("")
                                     : std::numeric_limits<double>::infinity(),
                      kind);
}

Number integer_limit(char which, Num kind) {
  if (which != 'M' && which != 'm' && which != 'l') return Number::of(0, kind);
  if (kind == Num::kBool) return Number::of(which == 'M', kind);
  const unsigned bits = size_of(kind) * 8;
  if (is_unsigned(kind))
    return Number::of(which == 'M' ? int64_t(~uint64_t{0} >> (64 - bits)) : 0, kind);
  const int64_t max = int64_t(~uint64_t{0} >> (65 - bits));
  return Number::of(which == 'M' ? max : -max - 1, kind);
}

template <char kWhich>
Value limit(const Call& call, Values&) {
  const Num kind = limit_type(call);
  if (kind == Num::kF32) return float_limit<float>(kWhich, kind);
  if (kind == Num::kF64) return float_limit<double>(kWhich, kind);
  return is_floating(kind) ? half_limit(kWhich, kind) : integer_limit(kWhich, kind);
}

Value accumulate(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 4, "std::accumulate");
  if (!arguments[0].is<Pointer>() || !arguments[0].as<Pointer>().array ||
      !arguments[1].is<Pointer>())
    throw HostFailure{"type", "std::accumulate takes the iterators of a list", call.pos};
  const Pointer &first = arguments[0].as<Pointer>(), &last = arguments[1].as<Pointer>();
  const bool product = arguments.size() == 4 && arguments[3].is<Opaque>() &&
                       arguments[3].as<Opaque>().name.find("multiplies") != std::string::npos;
  Number total = number(call, arguments[2]);
  for (auto i = reinterpret_cast<size_t>(first.address); i < reinterpret_cast<size_t>(last.address);
       ++i) {
    const Number& x = number(call, first.array->at(i));
    const Num kind = total.kind;
    const double real =
        product ? total.as_double() * x.as_double() : total.as_double() + x.as_double();
    const int64_t whole = product ? total.as_int() * x.as_int() : total.as_int() + x.as_int();
    total = convert(total.floating() ? Number::real(real) : Number::of(whole), kind);
  }
  return total;
}

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
  if (arguments[0].is<Number>()) return filled(call, {arguments[0]}, options).squeeze(0);
  if (!arguments[0].is<Vector>())
    throw HostFailure{
        "type", "torch::tensor takes a number or a list, got " + describe(arguments[0]), call.pos};
  return filled(call, *arguments[0].as<Vector>().items, options);
}

Value device_properties(const Call& call, Values&) {
  return Properties{std::make_shared<DeviceProperties>(call.context.device.properties())};
}

// cudaGetDeviceProperties(&properties, device): writes through its first argument.
Value get_device_properties(const Call& call, Values& arguments) {
  expect(call, arguments, 2, 2, "cudaGetDeviceProperties");
  if (!arguments[0].is<Properties>())
    throw HostFailure{"type", "cudaGetDeviceProperties takes the address of a cudaDeviceProp",
                      call.pos};
  *arguments[0].as<Properties>().value = call.context.device.properties();
  return Number::of(0, Num::kI32);
}

// An out-parameter such as &count: a pointer to one host variable.
Value& out_parameter(const Call& call, Value& value) {
  if (!value.is<Pointer>() || !value.as<Pointer>().array || value.as<Pointer>().array->empty())
    throw HostFailure{"type", "expected the address of a variable, got " + describe(value),
                      call.pos};
  return value.as<Pointer>().array->front();
}

Value get_attribute(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 3, "cudaDeviceGetAttribute");
  const DeviceProperties p = call.context.device.properties();
  const std::unordered_map<int64_t, int64_t> kValues = {
      {1, p.max_threads_per_block},
      {8, int64_t(p.shared_memory_per_block)},
      {10, p.warp_size},
      {16, p.multi_processor_count},
      {39, p.max_threads_per_multi_processor},
      {75, p.major},
      {76, p.minor},
      {97, int64_t(p.shared_memory_per_block_optin)}};
  const auto found = kValues.find(number(call, arguments[1]).as_int());
  if (found == kValues.end())
    throw HostFailure{"unsupported", "this device attribute is not known", call.pos};
  out_parameter(call, arguments[0]) = Number::of(found->second, Num::kI32);
  return Number::of(0, Num::kI32);
}

template <int64_t kValue>
Value out_integer(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "this function");
  out_parameter(call, arguments[0]) = Number::of(kValue, Num::kI32);
  return Number::of(0, Num::kI32);
}

std::byte* device_address(const Call& call, const Value& value) {
  if (!value.is<Pointer>() || !value.as<Pointer>().address || value.as<Pointer>().array)
    throw HostFailure{"type", "expected a pointer to a tensor's memory, got " + describe(value),
                      call.pos};
  return value.as<Pointer>().address;
}

Value memory_set(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 4, "cudaMemset");
  call.context.at = call.pos;
  raise_if(call.context.device.fill(device_address(call, arguments[0]),
                                    int(number(call, arguments[1]).as_int()),
                                    uint64_t(number(call, arguments[2]).as_int())),
           call.pos);
  return Number::of(0, Num::kI32);
}

Value memory_copy(const Call& call, Values& arguments) {
  expect(call, arguments, 4, 5, "cudaMemcpy");
  call.context.at = call.pos;
  raise_if(call.context.device.copy(device_address(call, arguments[0]),
                                    device_address(call, arguments[1]),
                                    uint64_t(number(call, arguments[2]).as_int())),
           call.pos);
  return Number::of(0, Num::kI32);
}

Value current_stream(const Call&, Values&) { return Stream{}; }
Value zero(const Call&, Values&) { return Number::of(0, Num::kI32); }
Value error_text(const Call&, Values&) { return std::string("no error"); }

Value element_size(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "elementSize");
  if (!arguments[0].is<c10::ScalarType>())
    throw HostFailure{"type", "elementSize takes a dtype", call.pos};
  return Number::of(int64_t(c10::elementSize(arguments[0].as<c10::ScalarType>())), Num::kU64);
}

Value is_floating_type(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "isFloatingType");
  return Number::boolean(arguments[0].is<c10::ScalarType>() &&
                         c10::isFloatingType(arguments[0].as<c10::ScalarType>()));
}

Value is_integral_type(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 2, "isIntegralType");
  return Number::boolean(arguments[0].is<c10::ScalarType>() &&
                         c10::isIntegralType(arguments[0].as<c10::ScalarType>(), true));
}

Value is_nan(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "isnan");
  return Number::boolean(std::isnan(number(call, arguments[0]).as_double()));
}

// The device that a guard is made from; guards themselves are without effect.
Value device_of(const Call&, Values&) { return c10::Device(c10::kCUDA, 0); }

Value end_program(const Call& call, Values&) {
  throw HostFailure{"throw", "the program ended itself (exit or abort)", call.pos};
}

Value slice(const Call& call, Values& arguments) {
  expect(call, arguments, 0, 3, "Slice");
  Slice made;
  std::optional<int64_t>* parts[] = {&made.start, &made.stop, &made.step};
  for (size_t i = 0; i < arguments.size(); ++i)
    if (!arguments[i].is<Null>()) *parts[i] = number(call, arguments[i]).as_int();
  return made;
}

using Table = std::unordered_map<std::string, Builtin>;

const Table& table() {
  static const Table kTable = {{"std::sqrt", real_function<std::sqrt>},
                               {"sqrtf", real_function<std::sqrt>},
                               {"std::exp", real_function<std::exp>},
                               {"expf", real_function<std::exp>},
                               {"std::log", real_function<std::log>},
                               {"logf", real_function<std::log>},
                               {"std::log2", real_function<std::log2>},
                               {"log2f", real_function<std::log2>},
                               {"std::log10", real_function<std::log10>},
                               {"std::ceil", real_function<std::ceil>},
                               {"ceilf", real_function<std::ceil>},
                               {"std::floor", real_function<std::floor>},
                               {"floorf", real_function<std::floor>},
                               {"std::round", real_function<std::round>},
                               {"roundf", real_function<std::round>},
                               {"std::tanh", real_function<std::tanh>},
                               {"std::sin", real_function<std::sin>},
                               {"std::cos", real_function<std::cos>},
                               {"std::cbrt", real_function<std::cbrt>},
                               {"rsqrtf", real_function<inverse_sqrt>},
                               {"rsqrt", real_function<inverse_sqrt>},
                               {"std::pow", power},
                               {"powf", power},
                               {"std::abs", absolute},
                               {"std::fabs", absolute},
                               {"fabsf", absolute},
                               {"std::min", extreme<false>},
                               {"std::max", extreme<true>},
                               {"std::fmin", extreme<false>},
                               {"std::fmax", extreme<true>},
                               {"fminf", extreme<false>},
                               {"fmaxf", extreme<true>},
                               {"std::clamp", clamp_number},
                               {"std::isnan", is_nan},
                               {"std::make_tuple", make_tuple},
                               {"std::make_pair", make_tuple},
                               {"std::tuple", make_tuple},
                               {"std::pair", make_tuple},
                               {"std::forward_as_tuple", make_tuple},
                               {"std::get", tuple_get},
                               {"std::move", same},
                               {"std::forward", same},
                               {"std::to_string", to_string_value},
                               {"c10::toString", to_string_value},
                               {"at::toString", to_string_value},
                               {"torch::toString", to_string_value},
                               {"std::accumulate", accumulate},
                               {"std::make_optional", same},
                               {"c10::make_optional", same},
                               {"torch::make_optional", same},
                               {"std::numeric_limits::max", limit<'M'>},
                               {"std::numeric_limits::min", limit<'m'>},
                               {"std::numeric_limits::lowest", limit<'l'>},
                               {"std::numeric_limits::infinity", limit<'i'>},
                               {"std::numeric_limits::epsilon", limit<'e'>},
                               {"std::numeric_limits::quiet_NaN", limit<'q'>},
                               {"at::ceil_div", ceil_div},
                               {"c10::ceil_div", ceil_div},
                               {"at::cuda::ATenCeilDiv", ceil_div},
                               {"at::ATenCeilDiv", ceil_div},
                               {"THCCeilDiv", ceil_div},
                               {"torch::ceil_div", ceil_div},
                               {"torch::dtype", options_of},
                               {"torch::device", device_options},
                               {"torch::layout", options_of},
                               {"torch::requires_grad", options_of},
                               {"at::dtype", options_of},
                               {"at::device", device_options},
                               {"torch::TensorOptions", options_of},
                               {"at::TensorOptions", options_of},
                               {"c10::TensorOptions", options_of},
                               {"torch::tensor", tensor_of},
                               {"at::tensor", tensor_of},
                               {"torch::scalar_tensor", tensor_of},
                               {"at::scalar_tensor", tensor_of},
                               {"at::cuda::getCurrentDeviceProperties", device_properties},
                               {"at::cuda::getDeviceProperties", device_properties},
                               {"cudaGetDeviceProperties", get_device_properties},
                               {"cudaDeviceGetAttribute", get_attribute},
                               {"cudaGetDevice", out_integer<0>},
                               {"cudaGetDeviceCount", out_integer<1>},
                               {"at::cuda::current_device", zero},
                               {"c10::cuda::current_device", zero},
                               {"c10::cuda::device_count", zero},
                               {"cudaMemset", memory_set},
                               {"cudaMemsetAsync", memory_set},
                               {"cudaMemcpy", memory_copy},
                               {"cudaMemcpyAsync", memory_copy},
                               {"at::cuda::getCurrentCUDAStream", current_stream},
                               {"c10::cuda::getCurrentCUDAStream", current_stream},
                               {"torch::cuda::getCurrentCUDAStream", current_stream},
                               {"at::cuda::getDefaultCUDAStream", current_stream},
                               {"c10::cuda::getDefaultCUDAStream", current_stream},
                               {"getCurrentCUDAStream", current_stream},
                               {"at::cuda::getStreamFromPool", current_stream},
                               {"c10::cuda::getStreamFromPool", current_stream},
                               {"cudaGetErrorString", error_text},
                               {"cudaGetErrorName", error_text},
                               {"c10::elementSize", element_size},
                               {"torch::elementSize", element_size},
                               {"at::elementSize", element_size},
                               {"at::device_of", device_of},
                               {"c10::device_of", device_of},
                               {"torch::device_of", device_of},
                               {"device_of", device_of},
                               {"exit", end_program},
                               {"abort", end_program},
                               {"std::exit", end_program},
                               {"std::abort", end_program},
                               {"std::terminate", end_program},
                               {"torch::indexing::Slice", slice},
                               {"at::indexing::Slice", slice},
                               {"Slice", slice},
                               {"at::isFloatingType", is_floating_type},
                               {"c10::isFloatingType", is_floating_type},
                               {"torch::isFloatingType", is_floating_type},
                               {"at::isIntegralType", is_integral_type},
                               {"c10::isIntegralType", is_integral_type}};
  return kTable;
}

}  // namespace

Builtin find_function_builtin(const std::string& name) {
  const auto found = table().find(name);
  if (found != table().end()) return found->second;
  const auto in_std =
      name.find("::") == std::string::npos ? table().find("std::" + name) : table().end();
  return in_std == table().end() ? nullptr : in_std->second;
}

bool is_without_effect(const std::string& name) {
  static const std::unordered_map<std::string, bool> kNames = {
      {"cudaGetLastError", true},
      {"cudaPeekAtLastError", true},
      {"cudaDeviceSynchronize", true},
      {"cudaStreamSynchronize", true},
      {"cudaThreadSynchronize", true},
      {"cudaFuncSetAttribute", true},
      {"cudaFuncSetCacheConfig", true},
      {"cudaFuncSetSharedMemConfig", true},
      {"cudaDeviceSetCacheConfig", true},
      {"cudaDeviceSetSharedMemConfig", true},
      {"cudaDeviceSetLimit", true},
      {"cudaSetDevice", true},
      {"cudaStreamWaitEvent", true},
      {"cudaStreamCreate", true},
      {"cudaStreamCreateWithFlags", true},
      {"cudaStreamDestroy", true},
      {"cudaEventCreate", true},
      {"cudaEventCreateWithFlags", true},
      {"cudaEventRecord", true},
      {"cudaEventSynchronize", true},
      {"cudaEventDestroy", true},
      {"torch::cuda::synchronize", true},
      {"at::cuda::stream_synchronize", true},
      {"c10::cuda::device_synchronize", true},
      {"at::cuda::device_synchronize", true},
      {"c10::cuda::set_device", true},
      {"at::cuda::set_device", true},
      {"at::globalContext", true},
      {"C10_CUDA_KERNEL_LAUNCH_CHECK", true},
      {"TORCH_CUDA_KERNEL_LAUNCH_CHECK", true},
      {"C10_CUDA_CHECK", true},
      {"AT_CUDA_CHECK", true},
      {"TORCH_CUDA_CHECK", true},
      {"C10_CUDA_CHECK_WARN", true},
      {"CUDA_CHECK", true},
      {"THCudaCheck", true},
      {"TORCH_WARN", true},
      {"TORCH_WARN_ONCE", true},
      {"AT_WARN", true},
      {"printf", true},
      {"fprintf", true},
      {"puts", true},
      {"fflush", true},
      {"std::printf", true},
      {"std::fprintf", true},
      {"assert", true},
      {"static_assert", true},
      {"at::cuda::setCurrentCUDAStream", true},
      {"c10::cuda::setCurrentCUDAStream", true},
      {"torch::NoGradGuard", true},
      {"cudaProfilerStart", true},
      {"cudaProfilerStop", true}};
  return kNames.contains(name);
}

std::string operator_name(const std::string& qualified) {
  for (const char* prefix : {"torch::nn::functional::", "torch::special::", "torch::", "at::"})
    if (qualified.starts_with(prefix)) {
      const std::string rest = qualified.substr(std::string(prefix).size());
      if (rest.find("::") == std::string::npos)
        return std::string(prefix) == "torch::special::" ? "special_" + rest : rest;
    }
  for (const auto& [prefix, plain] : {std::pair{"torch::linalg::", "linalg_"},
                                      {"torch::fft::", "fft_"},
                                      {"at::linalg::", "linalg_"}})
    if (qualified.starts_with(prefix)) return plain + qualified.substr(std::string(prefix).size());
  return "";
}

}  // namespace cudal1::execute
