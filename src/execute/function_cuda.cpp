// CUDA's run time: properties of the device, memory, streams, errors.
#include <ATen/ATen.h>

#include "builtin_arguments.h"
#include "builtin_tables.h"

namespace cudal1::execute {
namespace {

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
      {12, p.registers_per_block},
      {13, p.clock_khz},
      {38, int64_t(p.l2_bytes)},
      {81, int64_t(p.shared_memory_per_multi_processor)},
      {95, 1},
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
template <int kValue>
Value integer_of(const Call&, Values&) {
  return Number::of(kValue, Num::kI32);
}
Value yes(const Call&, Values&) { return Number::boolean(true); }
Value error_text(const Call&, Values&) { return std::string("no error"); }

// The device that a guard is made from; guards themselves are without effect.
Value device_of(const Call&, Values&) { return c10::Device(c10::kCUDA, 0); }

}  // namespace

BuiltinTable cuda_functions() {
  return {{"torch::cuda::getCurrentDeviceProperties", device_properties},
          {"torch::cuda::getDeviceProperties", device_properties},
          {"cudaGetDeviceProperties", get_device_properties},
          {"cudaDeviceGetAttribute", get_attribute},
          {"cudaGetDevice", out_integer<0>},
          {"cudaGetDeviceCount", out_integer<1>},
          {"torch::cuda::is_available", yes},
          {"torch::cuda::warp_size", integer_of<32>},
          {"torch::cuda::current_device", integer_of<0>},
          {"torch::cuda::device_count", integer_of<1>},
          {"cudaMemset", memory_set},
          {"cudaMemsetAsync", memory_set},
          {"cudaMemcpy", memory_copy},
          {"cudaMemcpyAsync", memory_copy},
          {"torch::cuda::getCurrentCUDAStream", current_stream},
          {"torch::cuda::getDefaultCUDAStream", current_stream},
          {"getCurrentCUDAStream", current_stream},
          {"torch::cuda::getStreamFromPool", current_stream},
          {"cudaGetErrorString", error_text},
          {"cudaGetErrorName", error_text},
          {"torch::device_of", device_of},
          {"device_of", device_of}};
}

}  // namespace cudal1::execute
