// Fields of the C++ classes that host code uses, and what a class is known to have.
#include <algorithm>

#include "cudal1/program/accepted.h"
#include "program/check_names.h"
#include "program/suggest.h"

namespace cudal1::program {
namespace {

constexpr std::string_view kDeviceFields[] = {
    "major",
    "minor",
    "multiProcessorCount",
    "sharedMemPerBlock",
    "sharedMemPerBlockOptin",
    "sharedMemPerMultiprocessor",
    "maxThreadsPerBlock",
    "maxThreadsPerMultiProcessor",
    "regsPerBlock",
    "regsPerMultiprocessor",
    "warpSize",
    "totalGlobalMem",
    "totalConstMem",
    "l2CacheSize",
    "clockRate",
    "concurrentKernels",
    "cooperativeLaunch",
    "reservedSharedMemPerBlock",
    "integrated",
    "canMapHostMemory",
    "unifiedAddressing",
    "managedMemory",
};

bool is_vector_type(const Type& self) {
  if (!self.is(Kind::kOpaque) || self.name.empty()) return false;
  const char last = self.name.back();
  return last >= '1' && last <= '4' && self.name.size() <= 10 && !self.name.starts_with("cuda");
}

}  // namespace

std::optional<Type> find_field(const Type& self, std::string_view name) {
  const bool axis = name == "x" || name == "y" || name == "z" || name == "w";
  if (self.is(Kind::kDim3) && axis) return arithmetic(Kind::kInt, "unsigned int");
  if (self.is(Kind::kTuple) && (name == "first" || name == "second")) {
    const size_t at = name == "second";
    return at < self.args.size() ? self.args[at] : unknown();
  }
  if (!self.is(Kind::kOpaque)) return std::nullopt;
  if (self.name == "cudaDeviceProp") {
    if (name == "name") return of(Kind::kString);
    if (name == "maxGridSize" || name == "maxThreadsDim")
      return wrap(Kind::kArray, {arithmetic(Kind::kInt, "int")});
    const bool known = std::find(std::begin(kDeviceFields), std::end(kDeviceFields), name) !=
                       std::end(kDeviceFields);
    return known ? std::optional(arithmetic(Kind::kInt, "int")) : std::nullopt;
  }
  if (is_vector_type(self) && axis) return unknown();
  if (self.name == "guard") return std::nullopt;
  return unknown();  // a struct of the file, of which only the name is known
}

std::vector<AcceptedMember> accepted_fields() {
  std::vector<AcceptedMember> all = {{"properties", "name"},
                                     {"properties", "maxGridSize"},
                                     {"properties", "maxThreadsDim"},
                                     {"dim3", "x"},
                                     {"dim3", "y"},
                                     {"dim3", "z"},
                                     {"pair", "first"},
                                     {"pair", "second"}};
  for (const std::string_view field : kDeviceFields)
    all.push_back({"properties", std::string(field)});
  return all;
}

void offer_fields(const Type& self, Suggestion& suggestion) {
  if (!self.is(Kind::kOpaque) || self.name != "cudaDeviceProp") return;
  for (const std::string_view field : kDeviceFields) suggestion.offer(field);
}

bool has_known_members(const Type& self) {
  if (self.is(Kind::kOpaque))
    return self.name == "cudaDeviceProp" || self.name == "guard" || is_vector_type(self);
  return self.known() && !self.is(Kind::kLambda) && !self.is(Kind::kKernel);
}

}  // namespace cudal1::program
