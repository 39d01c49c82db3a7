// Names with a fixed value: torch::kFloat32, cudaSuccess, INT_MAX …
#include <cfloat>
#include <climits>
#include <cmath>
#include <unordered_map>

#include "interpreter.h"

namespace cudal1::execute {
namespace {

using Constants = std::unordered_map<std::string, Value>;

void add_scalar_types(Constants& all) {
  const std::pair<const char*, c10::ScalarType> kTypes[] = {
      {"Float32", at::kFloat},
      {"Float", at::kFloat},
      {"F32", at::kFloat},
      {"Float64", at::kDouble},
      {"Double", at::kDouble},
      {"F64", at::kDouble},
      {"Float16", at::kHalf},
      {"Half", at::kHalf},
      {"F16", at::kHalf},
      {"BFloat16", at::kBFloat16},
      {"Int8", at::kChar},
      {"Char", at::kChar},
      {"UInt8", at::kByte},
      {"Byte", at::kByte},
      {"Int16", at::kShort},
      {"Short", at::kShort},
      {"Int32", at::kInt},
      {"Int", at::kInt},
      {"Int64", at::kLong},
      {"Long", at::kLong},
      {"I64", at::kLong},
      {"I16", at::kShort},
      {"I8", at::kChar},
      {"U8", at::kByte},
      {"ComplexHalf", at::kComplexHalf},
      {"QInt8", at::kQInt8},
      {"Undefined", c10::ScalarType::Undefined},
      {"I32", at::kInt},
      {"Bool", at::kBool},
      {"ComplexFloat", at::kComplexFloat},
      {"ComplexDouble", at::kComplexDouble},
      {"UInt16", c10::ScalarType::UInt16},
      {"UInt32", c10::ScalarType::UInt32},
      {"UInt64", c10::ScalarType::UInt64},
      {"Float8_e4m3fn", at::kFloat8_e4m3fn},
      {"Float8_e5m2", at::kFloat8_e5m2}};
  for (const auto& [name, type] : kTypes) {
    all.emplace(std::string("k") + name, type);
    all.emplace(std::string("ScalarType::") + name, type);
  }
}

void add_torch(Constants& all) {
  all.emplace("kCUDA", c10::Device(c10::kCUDA));
  all.emplace("kCPU", c10::Device(c10::kCPU));
  all.emplace("DeviceType::CUDA", c10::Device(c10::kCUDA));
  all.emplace("DeviceType::CPU", c10::Device(c10::kCPU));
  all.emplace("kStrided", c10::kStrided);
  all.emplace("kSparse", c10::kSparse);
  all.emplace("Layout::Strided", c10::kStrided);
  for (const char* prefix : {"MemoryFormat::", "MemoryFormat_"}) {
    all.emplace(std::string(prefix) + "Contiguous", c10::MemoryFormat::Contiguous);
    all.emplace(std::string(prefix) + "ChannelsLast", c10::MemoryFormat::ChannelsLast);
    all.emplace(std::string(prefix) + "ChannelsLast3d", c10::MemoryFormat::ChannelsLast3d);
    all.emplace(std::string(prefix) + "Preserve", c10::MemoryFormat::Preserve);
  }
  all.emplace("nullopt", Null{});
  all.emplace("indexing::None", Null{});
  all.emplace("None", Null{});
  all.emplace("indexing::Ellipsis", std::string("..."));
  all.emplace("Ellipsis", std::string("..."));
  all.emplace("Reduction::None", Number::of(0));
  all.emplace("Reduction::Mean", Number::of(1));
  all.emplace("Reduction::Sum", Number::of(2));
}

void add_cuda(Constants& all) {
  const std::pair<const char*, int> kInts[] = {
      {"cudaSuccess", 0},
      {"cudaMemcpyHostToHost", 0},
      {"cudaMemcpyHostToDevice", 1},
      {"cudaMemcpyDeviceToHost", 2},
      {"cudaMemcpyDeviceToDevice", 3},
      {"cudaMemcpyDefault", 4},
      {"cudaFuncAttributeMaxDynamicSharedMemorySize", 8},
      {"cudaFuncAttributePreferredSharedMemoryCarveout", 9},
      {"cudaFuncCachePreferNone", 0},
      {"cudaFuncCachePreferShared", 1},
      {"cudaFuncCachePreferL1", 2},
      {"cudaFuncCachePreferEqual", 3},
      {"cudaSharedmemCarveoutMaxShared", 100},
      {"cudaDevAttrMultiProcessorCount", 16},
      {"cudaDevAttrMaxSharedMemoryPerBlockOptin", 97},
      {"cudaDevAttrMaxThreadsPerBlock", 1},
      {"cudaDevAttrMaxSharedMemoryPerBlock", 8},
      {"cudaDevAttrWarpSize", 10},
      {"cudaDevAttrMaxRegistersPerBlock", 12},
      {"cudaDevAttrClockRate", 13},
      {"cudaDevAttrL2CacheSize", 38},
      {"cudaDevAttrMaxSharedMemoryPerMultiprocessor", 81},
      {"cudaDevAttrCooperativeLaunch", 95},
      {"cudaDevAttrMaxThreadsPerMultiProcessor", 39},
      {"cudaDevAttrComputeCapabilityMajor", 75},
      {"cudaDevAttrComputeCapabilityMinor", 76},
      {"EXIT_FAILURE", 1},
      {"EXIT_SUCCESS", 0}};
  for (const auto& [name, value] : kInts) all.emplace(name, Number::of(value, Num::kI32));
}

void add_limits(Constants& all) {
  all.emplace("INT_MAX", Number::of(INT_MAX, Num::kI32));
  all.emplace("INT_MIN", Number::of(INT_MIN, Num::kI32));
  all.emplace("UINT_MAX", Number::of(UINT_MAX, Num::kU32));
  all.emplace("INT32_MAX", Number::of(INT32_MAX, Num::kI32));
  all.emplace("INT32_MIN", Number::of(INT32_MIN, Num::kI32));
  all.emplace("UINT32_MAX", Number::of(UINT32_MAX, Num::kU32));
  all.emplace("LONG_MAX", Number::of(LONG_MAX));
  all.emplace("INT64_MIN", Number::of(INT64_MIN));
  all.emplace("SIZE_MAX", Number::of(-1, Num::kU64));
  all.emplace("INT64_MAX", Number::of(INT64_MAX));
  all.emplace("LLONG_MAX", Number::of(INT64_MAX));
  all.emplace("FLT_MAX", Number::real(FLT_MAX, Num::kF32));
  all.emplace("FLT_MIN", Number::real(FLT_MIN, Num::kF32));
  all.emplace("FLT_EPSILON", Number::real(FLT_EPSILON, Num::kF32));
  all.emplace("DBL_MAX", Number::real(DBL_MAX));
  all.emplace("INFINITY", Number::real(INFINITY, Num::kF32));
  all.emplace("NAN", Number::real(NAN, Num::kF32));
  all.emplace("HUGE_VALF", Number::real(INFINITY, Num::kF32));
  all.emplace("CUDART_INF_F", Number::real(INFINITY, Num::kF32));
  all.emplace("DBL_MIN", Number::real(DBL_MIN));
  all.emplace("DBL_EPSILON", Number::real(DBL_EPSILON));
  all.emplace("M_LN2", Number::real(M_LN2));
  all.emplace("M_LOG2E", Number::real(M_LOG2E));
  all.emplace("M_PI", Number::real(M_PI));
  all.emplace("M_SQRT2", Number::real(M_SQRT2));
  all.emplace("M_SQRT1_2", Number::real(M_SQRT1_2));
  all.emplace("M_2_SQRTPI", Number::real(M_2_SQRTPI));
  all.emplace("M_E", Number::real(M_E));
}

// Where output goes, and how: without effect.
void add_streams(Constants& all) {
  for (const char* name : {"cerr", "cout", "clog", "endl", "flush", "fixed", "boolalpha", "stderr",
                           "stdout", "ignore"})
    all.emplace(name, Opaque{name});
}

Constants build() {
  Constants all;
  add_scalar_types(all);
  add_torch(all);
  add_cuda(all);
  add_limits(all);
  add_streams(all);
  return all;
}

}  // namespace

std::optional<Value> named_constant(const std::string& name) {
  static const Constants kAll = build();
  std::string bare = name;
  for (bool again = true; again;) {
    again = false;
    for (const char* prefix : {"torch::", "at::", "c10::", "std::", "cuda::"})
      if (bare.starts_with(prefix)) bare = bare.substr(std::string(prefix).size()), again = true;
  }
  const auto found = kAll.find(bare);
  // Nothing here gives an error code but success: which one it would be is all the same.
  if (found == kAll.end() && bare.starts_with("cudaError")) return Number::of(1, Num::kI32);
  if (found == kAll.end()) return std::nullopt;
  return found->second;
}

}  // namespace cudal1::execute
