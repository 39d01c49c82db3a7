// A tensor that is protected must not be stored to, not even what it holds.
#include <ATen/ATen.h>

#include "workshop.h"

namespace cudal1::execute {
namespace {

constexpr const char* kWhat = "argument 1, which must stay as it is";

// Runs `host` on x, ones, with the kernel copy(from, to, n); x is protected.
Result<std::vector<at::Tensor>, HostFailure> run(const std::string& host) {
  Loaded loaded(sim_device(), "test.cu",
                "__global__ void copy(const float* from, float* to, int n) {\n"
                "  int i = threadIdx.x;\n"
                "  if (i < n) to[i] = from[i];\n"
                "}\n"
                "torch::Tensor forward(torch::Tensor x) {\n"
                "  auto y = torch::empty_like(x);\n" +
                    host + "\n  return y;\n}\n");
  const at::Tensor x = at::ones({32});
  HostMemory::install().protect(x.const_data_ptr(), kWhat);
  return loaded.executor().forward({x});
}

std::string launch(const std::string& from, const std::string& to) {
  return "  copy<<<1, 32>>>(" + from + ".data_ptr<float>(), " + to + ".data_ptr<float>(), 32);";
}

void expect_refused(const std::string& host, int line) {
  const auto outputs = run(host);
  ASSERT_FALSE(outputs.ok());
  EXPECT_EQ(outputs.error().rule, "input_mutation");
  EXPECT_EQ(outputs.error().pos.line, line);
  EXPECT_NE(outputs.error().message.find(kWhat), std::string::npos) << outputs.error().message;
}

TEST(Protected, MayBeRead) {
  const auto outputs = run(launch("x", "y"));
  ASSERT_TRUE(outputs.ok()) << at_line(outputs.error());
  EXPECT_TRUE(at::equal((*outputs)[0], at::ones({32})));
}
TEST(Protected, KernelsMustNotStoreWhatIsThere) { expect_refused(launch("x", "x"), 3); }
TEST(Protected, ViewsAreTheSameMemory) {
  expect_refused("  auto v = x.view({4, 8});\n" + launch("x", "v"), 3);
}
TEST(Protected, CudaMemsetMustNot) {
  expect_refused("  cudaMemset(x.data_ptr<float>(), 0, 128);", 7);
}
TEST(Protected, CopiesAreNotProtected) {
  const auto outputs = run("  auto c = x.clone();\n" + launch("x", "c") + "\n" + launch("c", "y"));
  ASSERT_TRUE(outputs.ok()) << at_line(outputs.error());
}
TEST(Protected, EndsWithTheMemory) {
  (void)run(launch("x", "y"));
  const at::Tensor same_place = at::ones({32});  // an allocator gives it again
  EXPECT_TRUE(HostMemory::install()
                  .regions()
                  .find(reinterpret_cast<uint64_t>(same_place.const_data_ptr()))
                  ->protection.empty());
}

TEST(Protected, CallsThatAllocateAlikeGetTheSameAddresses) {
  const auto addresses = [] {
    const at::Tensor a = at::empty({1000}), b = at::empty({1000}), c = at::empty({77});
    return std::vector<const void*>{a.const_data_ptr(), b.const_data_ptr(), c.const_data_ptr()};
  };
  HostMemory::install();
  const auto first = (addresses(), addresses());
  EXPECT_EQ(addresses(), first);
  EXPECT_EQ(addresses(), first);
}

}  // namespace
}  // namespace cudal1::execute
