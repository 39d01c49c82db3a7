// Which scalar types the AT_DISPATCH_* family covers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/program/ast.h"

namespace cudal1::program {

// "FLOATING_TYPES_AND2" (behind AT_DISPATCH_ or AT_DISPATCH_CASE_) → {"Double", "Float"} and 2
// further types given as arguments. Nothing when the family has no such member.
struct DispatchSet {
  std::vector<std::string> types;  // c10 names
  int further = 0;
  std::string alias = "scalar_t";
};
std::optional<DispatchSet> dispatch_set(std::string_view suffix);

// "at::kHalf", "torch::kFloat16", "at::ScalarType::Half" → "Half". Empty when it is no scalar type.
std::string scalar_type_name(std::string_view constant);

}  // namespace cudal1::program
