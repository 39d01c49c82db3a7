#include "kernel_name.h"

#include "cudal1/core/assert.h"

namespace cudal1::model {
namespace {

const char* element_of(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return "float";
    case at::kHalf:
      return "at::Half";
    default:
      CUDAL1_ASSERT(type == at::kBFloat16);
      return "at::BFloat16";
  }
}

}  // namespace

std::string kernel_name(const std::string& name, at::ScalarType type, const std::string& more) {
  return name + "<" + element_of(type) + (more.empty() ? "" : ", " + more) + ">";
}

}  // namespace cudal1::model
