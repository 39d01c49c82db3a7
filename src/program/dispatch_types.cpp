#include "program/dispatch_types.h"

#include <array>
#include <map>
#include <utility>

#include "program/names.h"

namespace cudal1::program {
namespace {

using Types = std::vector<std::string>;

Types operator+(Types a, const Types& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// Longest names first: the rest is "", "_AND" or "_AND<n>". From ATen/Dispatch.h.
const std::vector<std::pair<std::string_view, Types>>& bases() {
  static const Types kFloating = {"Double", "Float"}, kReduced = {"Half", "BFloat16"},
                     kIntegral = {"Byte", "Char", "Int", "Long", "Short"},
                     kComplex = {"ComplexDouble", "ComplexFloat"};
  static const std::vector<std::pair<std::string_view, Types>> kBases = {
      {"FLOATING_AND_COMPLEX_TYPES", kFloating + kComplex},
      {"ALL_TYPES_AND_COMPLEX", kIntegral + kFloating + kComplex},
      {"REDUCED_FLOATING_TYPES", kReduced},
      {"FLOATING_TYPES_AND_HALF", kFloating + Types{"Half"}},
      {"ALL_TYPES_AND_HALF", kIntegral + kFloating + Types{"Half"}},
      {"INTEGRAL_TYPES", kIntegral},
      {"FLOATING_TYPES", kFloating},
      {"COMPLEX_TYPES", kComplex},
      {"INDEX_TYPES", {"Int", "Long"}},
      {"ALL_TYPES", kIntegral + kFloating},
  };
  return kBases;
}

const std::map<std::string, std::string, std::less<>>& constants() {
  static const std::map<std::string, std::string, std::less<>> kConstants = {
      {"kByte", "Byte"},
      {"kUInt8", "Byte"},
      {"kChar", "Char"},
      {"kInt8", "Char"},
      {"kShort", "Short"},
      {"kInt16", "Short"},
      {"kInt", "Int"},
      {"kInt32", "Int"},
      {"kLong", "Long"},
      {"kInt64", "Long"},
      {"kHalf", "Half"},
      {"kFloat16", "Half"},
      {"kFloat", "Float"},
      {"kFloat32", "Float"},
      {"kDouble", "Double"},
      {"kFloat64", "Double"},
      {"kBool", "Bool"},
      {"kBFloat16", "BFloat16"},
      {"kComplexHalf", "ComplexHalf"},
      {"kComplexFloat", "ComplexFloat"},
      {"kComplexDouble", "ComplexDouble"},
      {"kFloat8_e4m3fn", "Float8_e4m3fn"},
      {"kFloat8_e5m2", "Float8_e5m2"},
      {"kUInt16", "UInt16"},
      {"kUInt32", "UInt32"},
      {"kUInt64", "UInt64"},
      {"kComplex32", "ComplexHalf"},
      {"kComplex64", "ComplexFloat"},
      {"kComplex128", "ComplexDouble"}};
  return kConstants;
}

}  // namespace

std::optional<DispatchSet> dispatch_set(std::string_view suffix) {
  for (const auto& [name, types] : bases()) {
    if (suffix.substr(0, name.size()) != name) continue;
    DispatchSet set{types, 0, name == "INDEX_TYPES" ? "index_t" : "scalar_t"};
    const std::string_view rest = suffix.substr(name.size());
    if (rest.empty()) return set;
    if (rest == "_AND") {
      set.further = 1;
      return set;
    }
    if (rest.size() == 5 && rest.substr(0, 4) == "_AND" && rest[4] >= '1' && rest[4] <= '9') {
      set.further = rest[4] - '0';
      return set;
    }
    return std::nullopt;
  }
  return std::nullopt;
}

std::string scalar_type_name(std::string_view constant) {
  const std::string_view last = last_component(constant);
  if (const auto found = constants().find(last); found != constants().end()) return found->second;
  if (constant.find("ScalarType::") == std::string_view::npos) return "";
  for (const auto& [name, type] : constants()) {
    if (type == last) return type;
  }
  return "";
}

}  // namespace cudal1::program
