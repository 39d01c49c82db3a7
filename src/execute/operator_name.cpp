// How a function of torch::, at:: or a namespace inside them is called as an ATen operator.
#include "interpreter.h"

namespace cudal1::execute {

std::string torch_spelling(const std::string& qualified) {
  for (const std::string prefix : {"at::", "c10::", "caffe2::"})
    if (qualified.starts_with(prefix)) return "torch::" + qualified.substr(prefix.size());
  return qualified;
}

std::string operator_name(const std::string& qualified) {
  for (const char* prefix :
       {"torch::nn::functional::", "torch::special::", "torch::", "at::", "c10::"})
    if (qualified.starts_with(prefix)) {
      const std::string rest = qualified.substr(std::string(prefix).size());
      if (rest.find("::") == std::string::npos)
        return std::string(prefix) == "torch::special::" ? "special_" + rest : rest;
    }
  for (const auto& [prefix, plain] : {std::pair{"torch::linalg::", "linalg_"},
                                      {"torch::fft::", "fft_"},
                                      {"at::linalg::", "linalg_"}})
    if (qualified.starts_with(prefix)) return plain + qualified.substr(std::string(prefix).size());
  return "";
}

}  // namespace cudal1::execute
