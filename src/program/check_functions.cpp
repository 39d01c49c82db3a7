// Functions that host code may call, beyond the ATen operators.
#include <algorithm>

#include "cudal1/program/accepted.h"
#include "program/check_names.h"
#include "program/suggest.h"
#include "program/table_types.h"

namespace cudal1::program {
namespace {

using namespace table_types;

Type device_properties() { return pointer_to(opaque("cudaDeviceProp"), false); }

constexpr Builtin kStdFunctions[] = {
    {"min", 1, 3, anything},
    {"max", 1, 3, anything},
    {"clamp", 3, 3, anything},
    {"abs", 1, 1, anything},
    {"sqrt", 1, 1, real},
    {"cbrt", 1, 1, real},
    {"ceil", 1, 1, real},
    {"floor", 1, 1, real},
    {"round", 1, 1, real},
    {"lround", 1, 1, int64},
    {"trunc", 1, 1, real},
    {"log2", 1, 1, real},
    {"log", 1, 1, real},
    {"log10", 1, 1, real},
    {"log1p", 1, 1, real},
    {"exp", 1, 1, real},
    {"exp2", 1, 1, real},
    {"expm1", 1, 1, real},
    {"pow", 2, 2, real},
    {"fmod", 2, 2, real},
    {"sin", 1, 1, real},
    {"cos", 1, 1, real},
    {"tan", 1, 1, real},
    {"tanh", 1, 1, real},
    {"erf", 1, 1, real},
    {"fabs", 1, 1, real},
    {"fmax", 2, 2, real},
    {"fmin", 2, 2, real},
    {"hypot", 2, 2, real},
    {"isnan", 1, 1, boolean},
    {"isinf", 1, 1, boolean},
    {"isfinite", 1, 1, boolean},
    {"get", 1, 1, anything},
    {"tie", 1, -1, anything},
    {"make_tuple", 0, -1, anything},
    {"make_pair", 2, 2, anything},
    {"forward_as_tuple", 0, -1, anything},
    {"move", 1, 1, anything},
    {"forward", 1, 1, anything},
    {"make_optional", 1, 1, anything},
    {"swap", 2, 2, nothing},
    {"to_string", 1, 1, text},
    {"accumulate", 3, 4, anything},
    {"size", 1, 1, size},
    {"begin", 1, 1, anything},
    {"end", 1, 1, anything},
    {"reverse", 2, 2, nothing},
    {"fill", 3, 3, nothing},
    {"copy", 3, 3, nothing},
    {"iota", 3, 3, nothing},
    {"sort", 2, 3, nothing},
    {"max_element", 2, 2, anything},
    {"min_element", 2, 2, anything},
    {"find", 3, 3, anything},
    {"all_of", 3, 3, boolean},
    {"any_of", 3, 3, boolean},
    {"none_of", 3, 3, boolean},
    {"equal", 3, 4, boolean},
    {"multiplies", 0, 0, anything},
    {"plus", 0, 0, anything},
    {"numeric_limits::max", 0, 0, anything},
    {"numeric_limits::min", 0, 0, anything},
    {"numeric_limits::lowest", 0, 0, anything},
    {"numeric_limits::infinity", 0, 0, anything},
    {"numeric_limits::epsilon", 0, 0, anything},
    {"numeric_limits::quiet_NaN", 0, 0, anything},
    {"exit", 1, 1, nothing},
    {"abort", 0, 0, nothing},
    {"printf", 1, -1, integer},
    {"fprintf", 2, -1, integer},
    {"runtime_error", 1, 1, anything},
    {"invalid_argument", 1, 1, anything},
    {"logic_error", 1, 1, anything},
    {"out_of_range", 1, 1, anything},
    {"domain_error", 1, 1, anything},
    {"exception", 0, 0, anything},
};

constexpr Builtin kCudaFunctions[] = {
    {"cudaGetLastError", 0, 0, error},
    {"cudaPeekAtLastError", 0, 0, error},
    {"cudaGetErrorString", 1, 1, text},
    {"cudaGetErrorName", 1, 1, text},
    {"cudaDeviceSynchronize", 0, 0, error},
    {"cudaStreamSynchronize", 1, 1, error},
    {"cudaFuncSetAttribute", 3, 3, error},
    {"cudaFuncSetCacheConfig", 2, 2, error},
    {"cudaFuncSetSharedMemConfig", 2, 2, error},
    {"cudaDeviceSetCacheConfig", 1, 1, error},
    {"cudaDeviceSetSharedMemConfig", 1, 1, error},
    {"cudaGetDevice", 1, 1, error},
    {"cudaSetDevice", 1, 1, error},
    {"cudaGetDeviceCount", 1, 1, error},
    {"cudaGetDeviceProperties", 2, 2, error},
    {"cudaDeviceGetAttribute", 3, 3, error},
    {"cudaMemcpyToSymbol", 3, 5, error},
    {"cudaMemcpyToSymbolAsync", 4, 6, error},
    {"cudaMemset", 3, 3, error},
    {"cudaMemsetAsync", 3, 4, error},
    {"cudaMemcpy", 4, 4, error},
    {"cudaMemcpyAsync", 4, 5, error},
    // Own streams and events have no effect: everything runs in order on the stream of the tool.
    {"cudaStreamCreate", 1, 1, error},
    {"cudaStreamCreateWithFlags", 2, 2, error},
    {"cudaStreamCreateWithPriority", 3, 3, error},
    {"cudaStreamDestroy", 1, 1, error},
    {"cudaStreamWaitEvent", 2, 3, error},
    {"cudaEventCreate", 1, 1, error},
    {"cudaEventCreateWithFlags", 2, 2, error},
    {"cudaEventRecord", 1, 2, error},
    {"cudaEventSynchronize", 1, 1, error},
    {"cudaEventDestroy", 1, 1, error},
    {"cudaOccupancyMaxActiveBlocksPerMultiprocessor", 4, 4, error},
    {"cudaOccupancyMaxPotentialBlockSize", 3, 5, error},
};

// Names without torch::, at:: or c10::.
constexpr Builtin kTorchFunctions[] = {
    {"cuda::getStreamFromPool", 0, 2, stream},
    {"cuda::setCurrentCUDAStream", 1, 1, nothing},
    {"device_of", 1, 1, anything},
    {"cuda::getCurrentCUDAStream", 0, 1, stream},
    {"cuda::getDefaultCUDAStream", 0, 1, stream},
    {"cuda::current_device", 0, 0, integer},
    {"cuda::device_count", 0, 0, integer},
    {"cuda::is_available", 0, 0, boolean},
    {"cuda::synchronize", 0, 1, nothing},
    {"cuda::device_synchronize", 0, 0, nothing},
    {"cuda::stream_synchronize", 1, 1, nothing},
    {"cuda::getCurrentDeviceProperties", 0, 0, device_properties},
    {"cuda::getDeviceProperties", 1, 1, device_properties},
    {"cuda::warp_size", 0, 0, integer},
    {"cuda::ATenCeilDiv", 2, 2, anything},
    {"ceil_div", 2, 2, anything},
    {"cuda::set_device", 1, 1, nothing},
    {"dtype", 1, 1, options},
    {"device", 1, 1, options},
    {"layout", 1, 1, options},
    {"requires_grad", 0, 1, options},
    {"tensor", 1, 2, tensor},
    {"elementSize", 1, 1, size},
    {"toString", 1, 1, text},
    {"isFloatingType", 1, 1, boolean},
    {"isIntegralType", 1, 2, boolean},
    {"typeMetaToScalarType", 1, 1, dtype},
    {"get_default_dtype", 0, 0, dtype},
    {"promoteTypes", 2, 2, dtype},
    {"multiply_integers", 1, 1, int64},
    {"maybe_wrap_dim", 2, 3, int64},
    {"str", 0, -1, text},
    {"makeArrayRef", 1, 2, anything},
    {"make_optional", 1, 1, anything},
    {"toOpMathType", 1, 1, dtype},
    {"toAccumulateType", 2, 2, dtype},
    {"infer_size", 2, 2, anything},
    {"indexing::Slice", 0, 3, anything},
    {"indexing::TensorIndex", 1, 1, anything},
    {"Error", 1, 2, anything},
};

// Check macros and C functions. The message arguments of a check are looked at, but any type will
// do.
constexpr Builtin kPlainFunctions[] = {
    {"TORCH_CHECK", 1, -1, nothing},
    {"TORCH_CHECK_EQ", 2, -1, nothing},
    {"TORCH_CHECK_NE", 2, -1, nothing},
    {"TORCH_CHECK_LT", 2, -1, nothing},
    {"TORCH_CHECK_LE", 2, -1, nothing},
    {"TORCH_CHECK_GT", 2, -1, nothing},
    {"TORCH_CHECK_GE", 2, -1, nothing},
    {"TORCH_CHECK_NOTNULL", 1, -1, nothing},
    {"TORCH_CHECK_VALUE", 1, -1, nothing},
    {"TORCH_CHECK_TYPE", 1, -1, nothing},
    {"TORCH_CHECK_INDEX", 1, -1, nothing},
    {"TORCH_CHECK_ARG", 1, -1, nothing},
    {"TORCH_CHECK_NOT_IMPLEMENTED", 1, -1, nothing},
    {"TORCH_INTERNAL_ASSERT", 1, -1, nothing},
    {"TORCH_INTERNAL_ASSERT_DEBUG_ONLY", 1, -1, nothing},
    {"TORCH_WARN", 0, -1, nothing},
    {"TORCH_WARN_ONCE", 0, -1, nothing},
    {"AT_ERROR", 0, -1, nothing},
    {"AT_ASSERT", 1, -1, nothing},
    {"AT_ASSERTM", 1, -1, nothing},
    {"AT_CHECK", 1, -1, nothing},
    {"C10_CUDA_CHECK", 1, 1, nothing},
    {"C10_CUDA_KERNEL_LAUNCH_CHECK", 0, 0, nothing},
    {"TORCH_CUDA_KERNEL_LAUNCH_CHECK", 0, 0, nothing},
    {"AT_CUDA_CHECK", 1, 1, nothing},
    {"C10_CUDA_IGNORE_ERROR", 1, 1, nothing},
    {"CUDA_KERNEL_ASSERT", 1, 1, nothing},
    {"THCudaCheck", 1, 1, nothing},
    {"assert", 1, 1, nothing},
    {"static_assert", 1, 2, nothing},
    {"printf", 1, -1, integer},
    {"fprintf", 2, -1, integer},
    {"puts", 1, 1, integer},
    {"fflush", 1, 1, integer},
    {"exit", 1, 1, nothing},
    {"abort", 0, 0, nothing},
    {"ceilf", 1, 1, real},
    {"floorf", 1, 1, real},
    {"sqrtf", 1, 1, real},
    {"powf", 2, 2, real},
    {"fmaxf", 2, 2, real},
    {"fminf", 2, 2, real},
    {"expf", 1, 1, real},
    {"logf", 1, 1, real},
    {"rsqrtf", 1, 1, real},
    {"rsqrt", 1, 1, real},
    {"fabsf", 1, 1, real},
    {"log2f", 1, 1, real},
    {"roundf", 1, 1, real},
    {"tanhf", 1, 1, real},
    {"make_float2", 2, 2, anything},
    {"make_float3", 3, 3, anything},
    {"make_float4", 4, 4, anything},
    {"make_int2", 2, 2, anything},
    {"make_int3", 3, 3, anything},
    {"make_int4", 4, 4, anything},
    {"make_uint2", 2, 2, anything},
    {"make_uint3", 3, 3, anything},
    {"make_uint4", 4, 4, anything},
    {"make_double2", 2, 2, anything},
    {"__float2half", 1, 1, anything},
    {"__float2half_rn", 1, 1, anything},
    {"__half2float", 1, 1, anything},
    {"__float2bfloat16", 1, 1, anything},
    {"__bfloat162float", 1, 1, anything},
};

template <size_t N>
const Builtin* find_in(const Builtin (&table)[N], std::string_view name) {
  const auto found = std::find_if(std::begin(table), std::end(table),
                                  [&](const Builtin& b) { return name == b.name; });
  return found == std::end(table) ? nullptr : found;
}

}  // namespace

const Builtin* find_std_function(std::string_view name) { return find_in(kStdFunctions, name); }

const Builtin* find_cuda_function(std::string_view name) { return find_in(kCudaFunctions, name); }

const Builtin* find_torch_function(std::string_view name) { return find_in(kTorchFunctions, name); }

const Builtin* find_plain_function(std::string_view name) {
  if (const Builtin* found = find_in(kPlainFunctions, name)) return found;
  return find_in(kStdFunctions, name);
}

std::vector<AcceptedMember> accepted_functions() {
  std::vector<AcceptedMember> all;
  const auto add = [&](const auto& table, const std::string& prefix) {
    for (const Builtin& builtin : table) all.push_back({prefix, builtin.name, builtin.min_args});
  };
  add(kStdFunctions, "std::");
  add(kCudaFunctions, "");
  add(kPlainFunctions, "");
  for (const char* prefix : {"torch::", "at::", "c10::"}) add(kTorchFunctions, prefix);
  return all;
}

void offer_functions(std::string_view name, Suggestion& suggestion) {
  const auto offer = [&](const auto& table, const std::string& prefix) {
    for (const Builtin& builtin : table) suggestion.offer(prefix + builtin.name);
  };
  if (name.starts_with("std::")) return offer(kStdFunctions, "std::");
  for (const std::string_view prefix : {"torch::", "at::", "c10::"}) {
    if (name.starts_with(prefix)) return offer(kTorchFunctions, std::string(prefix));
  }
  offer(kCudaFunctions, "");
  offer(kPlainFunctions, "");
}

}  // namespace cudal1::program
