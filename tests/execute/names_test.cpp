// What check accepts by name, the interpreter knows: no program that is said to be fine fails for a
// name.
#include "cudal1/program/accepted.h"
#include "workshop.h"

namespace cudal1::execute {
namespace {

// How running `statements` fails; empty when it does not.
std::string failure_of(const std::string& statements) {
  Loaded loaded(sim_device(), "names.cu", "void f() { " + statements + " }\n");
  const auto value = loaded.executor().call("f", {});
  return value.ok() ? "" : "[" + value.error().rule + "] " + value.error().message;
}

bool says(const std::string& failure, const char* sign) {
  return failure.find(sign) != std::string::npos;
}

std::string object_of(const std::string& owner) {
  const std::map<std::string, std::string> kObjects = {
      {"tensor", "auto object = torch::ones({2});"},
      {"options", "auto object = torch::ones({2}).options();"},
      {"device", "auto object = torch::ones({2}).device();"},
      {"dtype", "auto object = torch::ones({2}).scalar_type();"},
      {"scalar", "at::Scalar object = 2.0;"},
      {"sizes", "auto object = torch::ones({2}).sizes();"},
      {"vector", "std::vector<int64_t> object = {1, 2};"},
      {"optional", "std::optional<torch::Tensor> object = torch::ones({2});"},
      {"string", "std::string object = \"text\";"},
      {"stream", "auto object = at::cuda::getCurrentCUDAStream();"},
      {"output", "std::ostringstream object;"},
      {"guard", "at::cuda::CUDAGuard object(0);"},
      {"properties", "auto& object = *at::cuda::getCurrentDeviceProperties();"},
      {"dim3", "dim3 object(1, 2, 3);"},
      {"pair", "auto object = std::make_pair(1, 2);"}};
  return kObjects.at(owner);
}

// `argument` as often as the call needs it at least.
std::string arguments_of(const std::string& argument, int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list += (i ? ", " : "") + argument;
  return "(" + list + ");";
}

TEST(Names, OfFunctions) {
  for (const auto& [spelling, name, arguments] : program::accepted_functions()) {
    const std::string failure = failure_of(spelling + name + arguments_of("0", arguments));
    EXPECT_FALSE(says(failure, "[name]")) << spelling << name << ": " << failure;
  }
}

TEST(Names, OfMethods) {
  for (const auto& [owner, name, arguments] : program::accepted_methods()) {
    const std::string method = name == "to" ? "to<double>" : name;
    const std::string failure =
        failure_of(object_of(owner) + " object." + method + arguments_of("object", arguments));
    EXPECT_FALSE(says(failure, "[name]") || says(failure, "has no member"))
        << owner << "." << name << ": " << failure;
  }
}

TEST(Names, OfFields) {
  for (const auto& [owner, name, arguments] : program::accepted_fields()) {
    const std::string failure = failure_of(object_of(owner) + " auto value = object." + name + ";");
    EXPECT_EQ(failure, "") << owner << "." << name;
  }
}

TEST(Names, OfConstants) {
  for (const std::string& name : program::accepted_constants()) {
    const std::string failure = failure_of("auto value = " + name + ";");
    EXPECT_EQ(failure, "") << name;
  }
}

}  // namespace
}  // namespace cudal1::execute
