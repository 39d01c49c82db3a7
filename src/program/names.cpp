#include "program/names.h"

#include <algorithm>
#include <cctype>
#include <set>

namespace cudal1::program {
namespace {

const std::set<std::string, std::less<>>& library_types() {
  static const std::set<std::string, std::less<>> kTypes = [] {
    std::set<std::string, std::less<>> types = {"dim3",
                                                "half",
                                                "half2",
                                                "__half",
                                                "__half2",
                                                "__nv_bfloat16",
                                                "__nv_bfloat162",
                                                "nv_bfloat16",
                                                "nv_bfloat162",
                                                "bfloat16",
                                                "uint",
                                                "ulong",
                                                "ushort",
                                                "uchar",
                                                "Tensor",
                                                "TensorOptions",
                                                "Device",
                                                "Scalar",
                                                "IntArrayRef",
                                                "ArrayRef",
                                                "TensorList",
                                                "SymInt",
                                                "Half",
                                                "BFloat16",
                                                "complex",
                                                "Float8_e4m3fn",
                                                "Float8_e5m2",
                                                "string",
                                                "vector",
                                                "array",
                                                "tuple",
                                                "pair",
                                                "optional",
                                                "initializer_list",
                                                "function",
                                                "runtime_error",
                                                "logic_error",
                                                "invalid_argument",
                                                "out_of_range",
                                                "domain_error",
                                                "CUDAGuard",
                                                "OptionalCUDAGuard",
                                                "DeviceGuard",
                                                "OptionalDeviceGuard",
                                                "CUDAStreamGuard",
                                                "CUDAStream",
                                                "Stream",
                                                "ostringstream",
                                                "stringstream",
                                                "OptionalTensorRef",
                                                "cudaDeviceProp",
                                                "cudaError",
                                                "ScalarType",
                                                "Generator",
                                                "Storage",
                                                "TensorIterator",
                                                "TensorIteratorConfig",
                                                "SmallVector",
                                                "string_view",
                                                "unordered_map",
                                                "map",
                                                "set",
                                                "unordered_set",
                                                "unique_ptr",
                                                "shared_ptr"};
    for (const char* base : {"char", "uchar", "short", "ushort", "int", "uint", "long", "ulong",
                             "longlong", "ulonglong", "float", "double"}) {
      for (const char* width : {"1", "2", "3", "4"}) types.insert(std::string(base) + width);
    }
    return types;
  }();
  return kTypes;
}

}  // namespace

bool is_check_macro(std::string_view name) {
  const auto starts = [&](std::string_view prefix) {
    return name.substr(0, prefix.size()) == prefix;
  };
  return starts("TORCH_CHECK") || starts("AT_ASSERT") || starts("TORCH_INTERNAL_ASSERT") ||
         starts("TORCH_WARN") || starts("AT_ERROR") || starts("AT_CHECK");
}

bool is_unknown_macro(std::string_view name, const NameKind* kind) {
  if (kind || name.size() < 3) return false;
  const bool caps = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isupper(c) || std::isdigit(c) || c == '_';
  });
  return caps && name.find("::") == std::string_view::npos;
}

std::string_view last_component(std::string_view name) {
  const size_t at = name.rfind("::");
  return at == std::string_view::npos ? name : name.substr(at + 2);
}

bool names_match(std::string_view full, std::string_view name) {
  if (full == name) return true;
  if (full.size() < name.size() + 2) return false;
  const std::string_view head = full.substr(0, full.size() - name.size());
  return full.substr(head.size()) == name && head.substr(head.size() - 2) == "::";
}

bool is_library_type(std::string_view name) {
  const std::string_view last = last_component(name);
  if (last.size() > 2 && last.substr(last.size() - 2) == "_t") return true;
  return library_types().count(last) > 0;
}

void Names::add(const std::string& qualified, NameKind kind) {
  exact_.emplace(qualified, kind);
  std::string_view suffix = qualified;
  for (size_t at = 0; at != std::string_view::npos;) {
    auto [entry, fresh] = by_suffix_.emplace(std::string(suffix), qualified);
    if (!fresh && entry->second != qualified) entry->second.clear();
    at = suffix.find("::");
    if (at != std::string_view::npos) suffix.remove_prefix(at + 2);
  }
}

std::string Names::without_alias(const std::string& name) const {
  const size_t end = name.find("::");
  if (end == std::string::npos) return name;
  const auto found = aliases_.find(name.substr(0, end));
  return found == aliases_.end() ? name : found->second + name.substr(end);
}

const NameKind* Names::find(std::string_view name) const {
  if (const auto found = exact_.find(name); found != exact_.end()) return &found->second;
  const auto suffix = by_suffix_.find(name);
  if (suffix == by_suffix_.end() || suffix->second.empty()) return nullptr;
  return &exact_.find(suffix->second)->second;
}

std::string Names::canonical_variable(const std::string& name) const {
  if (exact_.count(name)) return name;
  const auto suffix = by_suffix_.find(name);
  if (suffix == by_suffix_.end() || suffix->second.empty()) return name;
  return exact_.find(suffix->second)->second == NameKind::kVariable ? suffix->second : name;
}

}  // namespace cudal1::program
