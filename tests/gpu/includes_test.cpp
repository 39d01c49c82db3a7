#include "gpu/includes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gpu/local_headers.h"

namespace cudal1::gpu {
namespace {

TEST(Includes, BothFormsWithAnySpacing) {
  const auto includes = scan_includes(
      "#include <a.h>\n  #  include \"b/c.cuh\" // why\n#define include <x>\n#include MACRO\n");
  ASSERT_EQ(includes.size(), 2u);
  EXPECT_EQ(includes[0].name, "a.h");
  EXPECT_FALSE(includes[0].quoted);
  EXPECT_EQ(includes[1].name, "b/c.cuh");
  EXPECT_TRUE(includes[1].quoted);
}

TEST(Includes, TorchHeadersGetStandInsOthersDoNot) {
  const auto headers =
      stand_ins(scan_includes("#include <ATen/cuda/CUDAContext.h>\n#include <mine.h>\n"));
  const auto has = [&](const char* name) {
    return std::any_of(headers.begin(), headers.end(),
                       [&](const StandIn& h) { return h.name == name; });
  };
  EXPECT_TRUE(has("ATen/cuda/CUDAContext.h"));
  EXPECT_TRUE(has("vector"));
  EXPECT_FALSE(has("mine.h"));
}

TEST(Includes, RandomNumbersOnTheDeviceTakeTheRealTypes) {
  const auto stands_in = [](const std::string& source) {
    const auto headers = stand_ins(scan_includes(source));
    return std::any_of(headers.begin(), headers.end(),
                       [](const StandIn& h) { return h.name == "curand.h"; });
  };
  EXPECT_TRUE(stands_in("#include <curand.h>\n"));
  EXPECT_FALSE(stands_in("#include <curand.h>\n#include <curand_kernel.h>\n"));
}

TEST(Includes, NoLocalFileNoText) {
  EXPECT_EQ(
      text_of(local_headers("#include \"nowhere.h\"\n#include <vector>\n", "/nonexistent/k.cu")),
      "");
}

}  // namespace
}  // namespace cudal1::gpu
