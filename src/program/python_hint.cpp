// What Python's tensors have and C++'s have not.
#include <utility>

#include "program/check_names.h"

namespace cudal1::program {

std::string python_hint(std::string_view member) {
  static constexpr std::pair<std::string_view, std::string_view> kHints[] = {
      {"shape", "x.size(d) for one size, x.sizes() for all of them"},
      {"T", "x.t()"},
      {"mT", "x.transpose(-2, -1)"},
      {"float", "x.to(torch::kFloat)"},
      {"half", "x.to(torch::kHalf)"},
      {"double", "x.to(torch::kDouble)"},
      {"int", "x.to(torch::kInt)"},
      {"long", "x.to(torch::kLong)"},
      {"bool", "x.to(torch::kBool)"},
      {"bfloat16", "x.to(torch::kBFloat16)"},
      {"numpy", "x.cpu()"},
      {"tolist", "x.item<float>() of one element"}};
  for (const auto& [python, hint] : kHints) {
    if (python == member) return std::string(hint);
  }
  return "";
}

}  // namespace cudal1::program
