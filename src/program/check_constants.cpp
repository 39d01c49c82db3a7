// Types and constants that host code names.
#include <algorithm>
#include <cctype>
#include <map>

#include "cudal1/program/accepted.h"
#include "program/check_names.h"
#include "program/table_types.h"

namespace cudal1::program {
namespace {

using namespace table_types;

struct NamedType {
  const char* name;
  Kind kind;
  const char* opaque;  // name of an opaque type
};

// Without torch::, at::, c10:: or std::.
constexpr NamedType kTypes[] = {
    {"void", Kind::kVoid, ""},
    {"auto", Kind::kUnknown, ""},
    {"decltype", Kind::kUnknown, ""},
    {"Tensor", Kind::kTensor, ""},
    {"Scalar", Kind::kScalar, ""},
    {"ScalarType", Kind::kDtype, ""},
    {"Dtype", Kind::kDtype, ""},
    {"TypeMeta", Kind::kDtype, ""},
    {"Device", Kind::kDevice, ""},
    {"DeviceType", Kind::kDevice, ""},
    {"DeviceIndex", Kind::kOpaque, "DeviceIndex"},
    {"TensorOptions", Kind::kOptions, ""},
    {"IntArrayRef", Kind::kIntList, ""},
    {"IntList", Kind::kIntList, ""},
    {"SymIntArrayRef", Kind::kIntList, ""},
    {"TensorList", Kind::kVector, "Tensor"},
    {"vector", Kind::kVector, ""},
    {"ArrayRef", Kind::kVector, ""},
    {"initializer_list", Kind::kVector, ""},
    {"SmallVector", Kind::kVector, ""},
    {"array", Kind::kArray, ""},
    {"tuple", Kind::kTuple, ""},
    {"pair", Kind::kTuple, ""},
    {"optional", Kind::kOptional, ""},
    {"string", Kind::kString, ""},
    {"string_view", Kind::kString, ""},
    {"stringstream", Kind::kOut, ""},
    {"ostringstream", Kind::kOut, ""},
    {"dim3", Kind::kDim3, ""},
    {"cudaStream_t", Kind::kStream, ""},
    {"cuda::CUDAStream", Kind::kStream, ""},
    {"cudaError_t", Kind::kError, ""},
    {"cudaError", Kind::kError, ""},
    {"cudaEvent_t", Kind::kOpaque, "cudaEvent_t"},
    {"cudaDeviceProp", Kind::kOpaque, "cudaDeviceProp"},
    {"cuda::OptionalCUDAGuard", Kind::kOpaque, "guard"},
    {"cuda::CUDAGuard", Kind::kOpaque, "guard"},
    {"cuda::CUDAStreamGuard", Kind::kOpaque, "guard"},
    {"cuda::OptionalCUDAStreamGuard", Kind::kOpaque, "guard"},
    {"cuda::HIPGuard", Kind::kOpaque, "guard"},
    {"DeviceGuard", Kind::kOpaque, "guard"},
    {"OptionalDeviceGuard", Kind::kOpaque, "guard"},
    {"NoGradGuard", Kind::kOpaque, "guard"},
    {"AutoGradMode", Kind::kOpaque, "guard"},
    {"InferenceMode", Kind::kOpaque, "guard"},
    {"StreamGuard", Kind::kOpaque, "guard"},
    {"MemoryFormat", Kind::kOpaque, "torch::MemoryFormat"},
    {"Layout", Kind::kOpaque, "torch::Layout"},
    {"Generator", Kind::kOpaque, "torch::Generator"},
    {"IValue", Kind::kUnknown, ""},
    {"function", Kind::kUnknown, ""},
    {"PackedTensorAccessor32", Kind::kUnknown, ""},
    {"PackedTensorAccessor64", Kind::kUnknown, ""},
    {"PackedTensorAccessor", Kind::kUnknown, ""},
    {"GenericPackedTensorAccessor", Kind::kUnknown, ""},
    {"TensorAccessor", Kind::kUnknown, ""},
    {"RestrictPtrTraits", Kind::kUnknown, ""},
    {"DefaultPtrTraits", Kind::kUnknown, ""},
    {"indexing::Slice", Kind::kUnknown, ""},
    {"indexing::TensorIndex", Kind::kUnknown, ""},
    {"TensorArg", Kind::kUnknown, ""},
    {"CheckedFrom", Kind::kString, ""},
    {"acc_type", Kind::kUnknown, ""},
    {"opmath_type", Kind::kUnknown, ""},
    {"complex", Kind::kUnknown, ""},
    {"conditional_t", Kind::kUnknown, ""},
    {"conditional", Kind::kUnknown, ""},
    {"remove_const_t", Kind::kUnknown, ""},
    {"integral_constant", Kind::kUnknown, ""},
    {"bool_constant", Kind::kUnknown, ""},
    {"true_type", Kind::kUnknown, ""},
    {"false_type", Kind::kUnknown, ""},
    {"decay_t", Kind::kUnknown, ""},
    {"is_same", Kind::kUnknown, ""},
    {"type_identity", Kind::kUnknown, ""},
    {"uint3", Kind::kDim3, ""},
    {"runtime_error", Kind::kOpaque, "std::exception"},
    {"invalid_argument", Kind::kOpaque, "std::exception"},
    {"logic_error", Kind::kOpaque, "std::exception"},
    {"out_of_range", Kind::kOpaque, "std::exception"},
    {"domain_error", Kind::kOpaque, "std::exception"},
    {"exception", Kind::kOpaque, "std::exception"},
    {"Error", Kind::kOpaque, "std::exception"},
    {"OptionalTensorRef", Kind::kTensor, ""},
    {"SymInt", Kind::kInt, "int64_t"},
    {"Storage", Kind::kOpaque, "torch::Storage"},
    {"half2", Kind::kOpaque, "__half2"},
    {"__half2", Kind::kOpaque, "__half2"},
    {"__nv_bfloat162", Kind::kOpaque, "__nv_bfloat162"},
    {"nv_bfloat162", Kind::kOpaque, "__nv_bfloat162"},
    {"float1", Kind::kOpaque, "float1"},
    {"float2", Kind::kOpaque, "float2"},
    {"float3", Kind::kOpaque, "float3"},
    {"float4", Kind::kOpaque, "float4"},
    {"double2", Kind::kOpaque, "double2"},
    {"double4", Kind::kOpaque, "double4"},
    {"int2", Kind::kOpaque, "int2"},
    {"int3", Kind::kOpaque, "int3"},
    {"int4", Kind::kOpaque, "int4"},
    {"uint2", Kind::kOpaque, "uint2"},
    {"uint4", Kind::kOpaque, "uint4"},
    {"char4", Kind::kOpaque, "char4"},
    {"uchar4", Kind::kOpaque, "uchar4"},
    {"short2", Kind::kOpaque, "short2"},
    {"short4", Kind::kOpaque, "short4"},
    {"longlong2", Kind::kOpaque, "longlong2"},
    {"ulonglong2", Kind::kOpaque, "ulonglong2"},
};

std::string_view without_std(std::string_view name) {
  return name.starts_with("std::") ? name.substr(5) : name;
}

const std::map<std::string, Type, std::less<>>& constants() {
  static const auto kConstants = [] {
    std::map<std::string, Type, std::less<>> map;
    for (const char* name : {"Byte",          "Char",   "Short",    "Int",         "Long",
                             "Half",          "Float",  "Double",   "ComplexHalf", "ComplexFloat",
                             "ComplexDouble", "Bool",   "BFloat16", "QInt8",       "Float8_e4m3fn",
                             "Float8_e5m2",   "UInt16", "UInt32",   "UInt64",      "Undefined"}) {
      map[std::string("ScalarType::") + name] = dtype();
      map[std::string("k") + name] = dtype();
    }
    for (const char* name :
         {"kUInt8", "kInt8", "kInt16", "kInt32", "kInt64", "kFloat16", "kFloat32", "kFloat64",
          "kU8", "kI8", "kI16", "kI32", "kI64", "kF16", "kF32", "kF64"}) {
      map[name] = dtype();
    }
    for (const char* name : {"kCUDA", "kCPU", "DeviceType::CUDA", "DeviceType::CPU"})
      map[name] = device();
    for (const char* name : {"kStrided", "kSparse", "Layout::Strided"}) map[name] = layout();
    for (const char* name : {"MemoryFormat::Contiguous", "MemoryFormat::ChannelsLast",
                             "MemoryFormat::ChannelsLast3d", "MemoryFormat::Preserve"}) {
      map[name] = memory_format();
    }
    for (const char* name : {"nullopt", "std::nullopt"}) map[name] = of(Kind::kNullopt);
    for (const char* name : {"Reduction::Mean", "Reduction::Sum", "Reduction::None"})
      map[name] = int64();
    for (const char* name : {"indexing::None", "indexing::Ellipsis"}) map[name] = unknown();
    for (const char* name : {"INT_MAX", "INT_MIN", "UINT_MAX", "LONG_MAX", "LLONG_MAX", "INT32_MAX",
                             "INT32_MIN", "INT64_MAX", "INT64_MIN", "UINT32_MAX", "SIZE_MAX",
                             "EXIT_FAILURE", "EXIT_SUCCESS", "CUDART_VERSION", "CUDA_VERSION",
                             "TORCH_VERSION_MAJOR", "TORCH_VERSION_MINOR", "__LINE__"}) {
      map[name] = integer();
    }
    for (const char* name : {"INFINITY", "NAN", "FLT_MAX", "FLT_MIN", "FLT_EPSILON", "DBL_MAX",
                             "DBL_MIN", "DBL_EPSILON", "M_PI", "M_E", "M_SQRT2", "M_SQRT1_2",
                             "M_2_SQRTPI", "M_LOG2E", "M_LN2", "HUGE_VALF", "CUDART_INF_F"}) {
      map[name] = real();
    }
    for (const char* name : {"__FILE__", "__func__", "__FUNCTION__", "__PRETTY_FUNCTION__"})
      map[name] = text();
    for (const char* name : {"std::cerr", "std::cout", "std::clog", "cerr", "cout"})
      map[name] = of(Kind::kOut);
    for (const char* name : {"std::endl", "endl", "std::flush", "std::fixed", "std::boolalpha",
                             "stderr", "stdout", "std::ignore"}) {
      map[name] = unknown();
    }
    for (const char* name :
         {"MultiProcessorCount", "MaxSharedMemoryPerBlockOptin", "MaxThreadsPerBlock",
          "MaxSharedMemoryPerBlock", "MaxSharedMemoryPerMultiprocessor", "WarpSize",
          "MaxRegistersPerBlock", "MaxThreadsPerMultiProcessor", "ComputeCapabilityMajor",
          "ComputeCapabilityMinor", "ClockRate", "L2CacheSize", "CooperativeLaunch"}) {
      map[std::string("cudaDevAttr") + name] = opaque("CUDA enumerator");
    }
    map["cudaSuccess"] = error();
    return map;
  }();
  return kConstants;
}

}  // namespace

std::optional<std::string> strip_torch(std::string_view name) {
  for (const std::string_view prefix : {"torch::", "at::", "c10::", "caffe2::"}) {
    if (!name.starts_with(prefix)) continue;
    name.remove_prefix(prefix.size());
    return std::string(name);
  }
  return std::nullopt;
}

std::optional<Type> find_type_name(std::string_view name) {
  if (const auto found = find_arithmetic(name)) return found;
  const std::string plain = strip_torch(name).value_or(std::string(without_std(name)));
  const auto found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const NamedType& t) { return plain == t.name; });
  if (found == std::end(kTypes)) return std::nullopt;
  if (found->kind == Kind::kVector && *found->opaque) return wrap(Kind::kVector, {tensor()});
  return Type{found->kind, found->opaque, {}, false};
}

const std::vector<std::string>& type_names() {
  static const auto kNames = [] {
    std::vector<std::string> names = {"int", "float", "double", "bool", "int64_t", "size_t"};
    for (const NamedType& type : kTypes) names.push_back(type.name);
    return names;
  }();
  return kNames;
}

std::optional<Type> find_constant(std::string_view name) {
  const auto& table = constants();
  if (const auto found = table.find(name); found != table.end()) return found->second;
  if (const auto plain = strip_torch(name)) {
    if (const auto found = table.find(*plain); found != table.end()) return found->second;
  }
  if (name.starts_with("cudaError")) return error();
  if (name.starts_with("cudaDevAttr")) return std::nullopt;
  const bool enumerator = name.size() > 4 && name.starts_with("cuda") &&
                          std::isupper(static_cast<unsigned char>(name[4]));
  if (enumerator && !find_cuda_function(name) && !find_refusal(name))
    return opaque("CUDA enumerator");
  return std::nullopt;
}

const std::vector<std::string>& constant_names() {
  static const auto kNames = [] {
    std::vector<std::string> names;
    for (const auto& [name, type] : constants()) names.push_back(name);
    return names;
  }();
  return kNames;
}

std::vector<std::string> accepted_constants() { return constant_names(); }

}  // namespace cudal1::program
