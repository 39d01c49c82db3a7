#include "program/types.h"

#include <algorithm>
#include <map>

namespace cudal1::program {
namespace {

struct Spelling {
  Kind kind;
  const char* canonical;
};

const std::map<std::string, Spelling, std::less<>>& spellings() {
  static const std::map<std::string, Spelling, std::less<>> kSpellings = {
      {"bool", {Kind::kBool, "bool"}},
      {"char", {Kind::kInt, "int8_t"}},
      {"signed char", {Kind::kInt, "int8_t"}},
      {"int8_t", {Kind::kInt, "int8_t"}},
      {"unsigned char", {Kind::kInt, "uint8_t"}},
      {"uint8_t", {Kind::kInt, "uint8_t"}},
      {"uchar", {Kind::kInt, "uint8_t"}},
      {"short", {Kind::kInt, "int16_t"}},
      {"int16_t", {Kind::kInt, "int16_t"}},
      {"unsigned short", {Kind::kInt, "uint16_t"}},
      {"uint16_t", {Kind::kInt, "uint16_t"}},
      {"int", {Kind::kInt, "int"}},
      {"int32_t", {Kind::kInt, "int"}},
      {"unsigned int", {Kind::kInt, "unsigned int"}},
      {"unsigned", {Kind::kInt, "unsigned int"}},
      {"uint", {Kind::kInt, "unsigned int"}},
      {"uint32_t", {Kind::kInt, "unsigned int"}},
      {"long", {Kind::kInt, "int64_t"}},
      {"long long", {Kind::kInt, "int64_t"}},
      {"long int", {Kind::kInt, "int64_t"}},
      {"int64_t", {Kind::kInt, "int64_t"}},
      {"ssize_t", {Kind::kInt, "int64_t"}},
      {"ptrdiff_t", {Kind::kInt, "int64_t"}},
      {"intptr_t", {Kind::kInt, "int64_t"}},
      {"unsigned long", {Kind::kInt, "uint64_t"}},
      {"unsigned long long", {Kind::kInt, "uint64_t"}},
      {"uint64_t", {Kind::kInt, "uint64_t"}},
      {"size_t", {Kind::kInt, "uint64_t"}},
      {"uintptr_t", {Kind::kInt, "uint64_t"}},
      {"float", {Kind::kFloat, "float"}},
      {"float32_t", {Kind::kFloat, "float"}},
      {"double", {Kind::kFloat, "double"}},
      {"long double", {Kind::kFloat, "double"}},
      {"half", {Kind::kFloat, "at::Half"}},
      {"__half", {Kind::kFloat, "at::Half"}},
      {"Half", {Kind::kFloat, "at::Half"}},
      {"__nv_bfloat16", {Kind::kFloat, "at::BFloat16"}},
      {"nv_bfloat16", {Kind::kFloat, "at::BFloat16"}},
      {"BFloat16", {Kind::kFloat, "at::BFloat16"}},
      {"Float8_e4m3fn", {Kind::kFloat, "at::Float8_e4m3fn"}},
      {"Float8_e5m2", {Kind::kFloat, "at::Float8_e5m2"}},
  };
  return kSpellings;
}

std::string_view without_namespace(std::string_view name) {
  for (const std::string_view prefix : {"std::", "at::", "c10::", "torch::"}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

int rank(const Type& type) {
  static const std::map<std::string, int, std::less<>> kRanks = {
      {"bool", 0},         {"int8_t", 1},       {"uint8_t", 1}, {"int16_t", 1},  {"uint16_t", 1},
      {"int", 2},          {"unsigned int", 3}, {"int64_t", 4}, {"uint64_t", 5}, {"at::Half", 6},
      {"at::BFloat16", 6}, {"float", 7},        {"double", 8}};
  const auto found = kRanks.find(canonical_element(type.name));
  return found == kRanks.end() ? 2 : found->second;
}

bool pointer_converts(const Type& from, const Type& to) {
  if (from.args.empty() || to.args.empty()) return true;
  const Type &source = from.args[0], &target = to.args[0];
  if (from.is_const && !to.is_const && source.known() && target.known()) return false;
  if (target.is(Kind::kVoid)) return true;
  return same_element(source, target);
}

bool all_convert(const std::vector<Type>& from, const Type& to) {
  return std::all_of(from.begin(), from.end(),
                     [&](const Type& element) { return converts(element, to); });
}

bool converts_to_list(const Type& from, const Type& element) {
  switch (from.kind) {
    case Kind::kInitList:
      return all_convert(from.args, element);
    case Kind::kVector:
    case Kind::kArray:
      return from.args.empty() || converts(from.args[0], element);
    case Kind::kIntList:
      return converts(int_type(), element);
    default:
      return false;
  }
}

bool tuple_converts(const Type& from, const Type& to) {
  if (!from.is(Kind::kTuple) && !from.is(Kind::kInitList)) return false;
  if (to.args.empty() || (from.args.empty() && from.is(Kind::kTuple))) return true;
  if (from.args.size() != to.args.size()) return false;
  for (size_t at = 0; at < from.args.size(); ++at) {
    if (!converts(from.args[at], to.args[at])) return false;
  }
  return true;
}

bool converts_to_number(const Type& from, const Type& to) {
  switch (from.kind) {
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kError:
      return true;
    case Kind::kPointer:
    case Kind::kNull:
      return to.is(Kind::kBool);
    case Kind::kOpaque:
      return true;  // enumerators and the like
    case Kind::kInitList:
      return from.args.empty() || (from.args.size() == 1 && converts(from.args[0], to));
    default:
      return false;
  }
}

}  // namespace

Type unknown() { return {}; }
Type of(Kind kind) { return {kind, "", {}, false}; }
Type arithmetic(Kind kind, std::string name) { return {kind, std::move(name), {}, false}; }
Type int_type() { return arithmetic(Kind::kInt, "int64_t"); }
Type pointer_to(Type element, bool is_const) {
  return {Kind::kPointer, "", {std::move(element)}, is_const};
}
Type wrap(Kind kind, std::vector<Type> args) { return {kind, "", std::move(args), false}; }

std::string canonical_element(std::string_view name) {
  const auto found = spellings().find(without_namespace(name));
  return found == spellings().end() ? std::string(name) : found->second.canonical;
}

std::optional<Type> find_arithmetic(std::string_view name) {
  const auto found = spellings().find(without_namespace(name));
  if (found == spellings().end()) return std::nullopt;
  return arithmetic(found->second.kind, std::string(name));
}

std::string to_string(const Type& type) {
  const auto list = [&](const std::string& head) {
    std::string text = head + "<";
    for (size_t at = 0; at < type.args.size(); ++at)
      text += (at ? ", " : "") + to_string(type.args[at]);
    return text + ">";
  };
  switch (type.kind) {
    case Kind::kUnknown:
      return type.name.empty() ? "auto" : type.name;
    case Kind::kVoid:
      return "void";
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kOpaque:
      return type.name;
    case Kind::kString:
      return "string";
    case Kind::kNull:
      return "nullptr";
    case Kind::kTensor:
      return "torch::Tensor";
    case Kind::kScalar:
      return "torch::Scalar";
    case Kind::kDtype:
      return "torch::ScalarType";
    case Kind::kDevice:
      return "torch::Device";
    case Kind::kOptions:
      return "torch::TensorOptions";
    case Kind::kIntList:
      return "torch::IntArrayRef";
    case Kind::kPointer:
      return (type.is_const ? "const " : "") +
             (type.args.empty() ? std::string("auto") : to_string(type.args[0])) + "*";
    case Kind::kVector:
      return list("std::vector");
    case Kind::kArray:
      return list("std::array");
    case Kind::kTuple:
      return list("std::tuple");
    case Kind::kOptional:
      return list("std::optional");
    case Kind::kInitList:
      return "initializer list";
    case Kind::kNullopt:
      return "nullopt";
    case Kind::kDim3:
      return "dim3";
    case Kind::kStream:
      return "cudaStream_t";
    case Kind::kError:
      return "cudaError_t";
    case Kind::kLambda:
      return "lambda";
    case Kind::kKernel:
      return "kernel";
    case Kind::kOut:
      return "std::ostream";
  }
  return "?";
}

std::string with_article(const Type& type) {
  const std::string text = to_string(type);
  const bool vowel =
      !text.empty() && std::string_view("aeiou").find(text[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + text;
}

bool same_element(const Type& a, const Type& b) {
  if (!a.known() || !b.known()) return true;
  if (a.arithmetic() && b.arithmetic())
    return canonical_element(a.name) == canonical_element(b.name);
  if (a.is(Kind::kPointer) && b.is(Kind::kPointer)) return pointer_converts(a, b);
  if (a.is(Kind::kVoid) != b.is(Kind::kVoid)) return false;  // from void* only by a cast
  if (a.is(Kind::kOpaque) && b.is(Kind::kOpaque)) return a.name == b.name;
  return a.kind == b.kind;
}

bool converts(const Type& from, const Type& to) {
  if (!from.known() || !to.known()) return true;
  if (from.is(Kind::kLambda) || to.is(Kind::kLambda)) return from.kind == to.kind;
  switch (to.kind) {
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
      return converts_to_number(from, to);
    case Kind::kString:
      return from.is(Kind::kString) || from.is(Kind::kPointer);
    case Kind::kTensor:
      return from.is(Kind::kTensor) || (from.is(Kind::kInitList) && from.args.empty()) ||
             from.is(Kind::kOpaque);
    case Kind::kScalar:
      return from.arithmetic() || from.is(Kind::kScalar);
    case Kind::kDtype:
      return from.is(Kind::kDtype);
    case Kind::kDevice:
      return from.is(Kind::kDevice) || from.is(Kind::kString) || from.is(Kind::kInitList);
    case Kind::kOptions:
      return from.is(Kind::kOptions) || from.is(Kind::kDtype) || from.is(Kind::kDevice) ||
             from.is(Kind::kOpaque) || from.is(Kind::kInitList);
    case Kind::kIntList:
      return from.is(Kind::kIntList) || from.is(Kind::kInt) || converts_to_list(from, int_type());
    case Kind::kPointer:
      if (from.is(Kind::kPointer)) return pointer_converts(from, to);
      if (from.is(Kind::kArray))
        return from.args.empty() || to.args.empty() || same_element(from.args[0], to.args[0]);
      if (from.is(Kind::kString)) return true;  // const char*
      return from.is(Kind::kNull) || from.is(Kind::kOpaque) || from.is(Kind::kKernel) ||
             (from.is(Kind::kInitList) && from.args.empty());
    case Kind::kVector:
    case Kind::kArray:
      if (from.is(Kind::kIntList)) return false;  // needs .vec()
      return to.args.empty() || converts_to_list(from, to.args[0]) ||
             (from.is(Kind::kTuple) && to.is(Kind::kArray)) || from.is(Kind::kOpaque);
    case Kind::kTuple:
      return tuple_converts(from, to);
    case Kind::kOptional:
      if (from.is(Kind::kNullopt) || (from.is(Kind::kInitList) && from.args.empty())) return true;
      if (from.is(Kind::kOptional))
        return to.args.empty() || from.args.empty() || converts(from.args[0], to.args[0]);
      return to.args.empty() || converts(from, to.args[0]);
    case Kind::kDim3:
      return from.is(Kind::kDim3) || from.arithmetic() || from.is(Kind::kOpaque) ||
             (from.is(Kind::kInitList) && all_convert(from.args, int_type()));
    case Kind::kStream:
      return from.is(Kind::kStream) || from.is(Kind::kNull) || from.is(Kind::kInt) ||
             from.is(Kind::kOpaque);
    case Kind::kError:
      return from.is(Kind::kError) || from.is(Kind::kOpaque);
    case Kind::kOpaque:
      return from.is(Kind::kOpaque) || from.is(Kind::kInitList) || from.is(Kind::kStream) ||
             from.is(Kind::kDevice) || from.is(Kind::kInt) || from.is(Kind::kNull) ||
             from.is(Kind::kOptional);
    default:
      return from.kind == to.kind || from.is(Kind::kInitList);
  }
}

Type common_arithmetic(const Type& left, const Type& right) {
  if (!left.arithmetic() || !right.arithmetic()) return unknown();
  const int promoted = std::max({rank(left), rank(right), 2});
  if (promoted == 2) return arithmetic(Kind::kInt, "int");
  return rank(left) >= rank(right) ? left : right;
}

}  // namespace cudal1::program
