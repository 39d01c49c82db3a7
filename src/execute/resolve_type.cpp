// Written types → types at run time.
#include <set>

#include "interpreter.h"

namespace cudal1::execute {
namespace {

using Kind = Type::Kind;

std::string bare_name(const std::string& name) {
  std::string bare = name;
  for (bool again = true; again;) {
    again = false;
    for (const char* prefix : {"std::", "torch::", "at::", "c10::", "cuda::"})
      if (bare.starts_with(prefix)) bare = bare.substr(std::string(prefix).size()), again = true;
  }
  return bare;
}

std::optional<Kind> kind_named(const std::string& bare) {
  static const std::unordered_map<std::string, Kind> kKinds = {
      {"auto", Kind::kAuto},
      {"void", Kind::kVoid},
      {"Tensor", Kind::kTensor},
      {"TensorBase", Kind::kTensor},
      {"vector", Kind::kVector},
      {"array", Kind::kVector},
      {"initializer_list", Kind::kVector},
      {"SmallVector", Kind::kVector},
      {"DimVector", Kind::kVector},
      {"List", Kind::kVector},
      {"TensorList", Kind::kArrayRef},
      {"IntArrayRef", Kind::kArrayRef},
      {"ArrayRef", Kind::kArrayRef},
      {"IntList", Kind::kArrayRef},
      {"optional", Kind::kOptional},
      {"tuple", Kind::kTuple},
      {"pair", Kind::kTuple},
      {"string", Kind::kString},
      {"string_view", Kind::kString},
      {"Scalar", Kind::kScalar},
      {"ScalarType", Kind::kScalarType},
      {"Dtype", Kind::kScalarType},
      {"TypeMeta", Kind::kScalarType},
      {"caffe2::TypeMeta", Kind::kScalarType},
      {"Device", Kind::kDevice},
      {"DeviceType", Kind::kDevice},
      {"TensorOptions", Kind::kOptions},
      {"dim3", Kind::kDim3},
      {"cudaStream_t", Kind::kStream},
      {"CUDAStream", Kind::kStream},
      {"MemoryFormat", Kind::kMemoryFormat},
      {"cudaDeviceProp", Kind::kProperties}};
  const auto found = kKinds.find(bare);
  if (found == kKinds.end()) return std::nullopt;
  return found->second;
}

Type implied_element(const std::string& bare) {
  if (bare == "TensorList") {
    Type tensor;
    tensor.kind = Kind::kTensor;
    return tensor;
  }
  return number_type(Num::kI64);
}

Type named(const program::TypeRef& ref,
           const std::function<const Binding*(const std::string&)>& find) {
  if (const Binding* bound = find(ref.name); bound && bound->kind == Binding::Kind::kType)
    return bound->type;
  if (const auto num = number_named(ref.name)) return number_type(*num);
  const std::string bare = bare_name(ref.name);
  Type type;
  type.name = ref.name;
  if (bare == "decltype" || bare == "decltype(auto)") return type;
  if (const auto kind = kind_named(bare))
    type.kind = *kind;
  else
    type.kind = Kind::kOpaque;
  if (type.kind == Kind::kOpaque) return type;
  for (const program::TemplateArg& arg : ref.args)
    if (arg.type) type.args.push_back(resolve_type(*arg.type, find));
  if (bare == "array" && !type.args.empty())
    type.args.resize(1);  // the extent of std::array is the value's
  if (type.args.empty() && (type.kind == Kind::kArrayRef || bare == "DimVector"))
    type.args.push_back(implied_element(bare));
  return type;
}

}  // namespace

Type resolve_type(const program::TypeRef& ref,
                  const std::function<const Binding*(const std::string&)>& find) {
  Type type = named(ref, find);
  type.is_const = type.is_const || ref.is_const;
  for (int i = 0; i < ref.pointers; ++i) {
    if (type.kind == Kind::kAuto) break;  // auto* is as good as auto
    Type pointer;
    pointer.kind = Kind::kPointer;
    pointer.args.push_back(std::move(type));
    type = std::move(pointer);
  }
  type.is_reference = ref.is_reference;
  return type;
}

}  // namespace cudal1::execute
