// Stores of equal values to the same shared word are no race; all else without a barrier is.
#include "harness.h"

namespace cudal1::sim::testing {
namespace {

// Two warps; %r2 is the warp, %p1 says that it is the first, %p2 that it is the second.
std::string kernel_of(const std::string& body) {
  return R"(
.version 9.0
.target sm_90
.address_size 64
.visible .entry k(.param .u64 p)
{
  .reg .pred %p<4>;
  .reg .b16 %rs<4>;
  .reg .b32 %r<10>;
  .reg .b64 %rd<10>;
  .shared .align 16 .b8 flag[64];
  ld.param.u64 %rd1, [p];
  mov.u32 %r1, %tid.x;
  shr.u32 %r2, %r1, 5;
  setp.eq.u32 %p1, %r2, 0;
  setp.eq.u32 %p2, %r2, 1;
  add.u32 %r3, %r2, 7;
  mul.lo.u32 %r4, %r2, 256;
  cvt.u16.u32 %rs1, %r4;
)" + body +
         "\n  ret;\n}\n";
}

const std::string kBarrier = "  bar.sync 0;\n", kLoad = "  ld.shared.u32 %r5, [flag];\n";
const std::string kEqual = "  st.shared.u32 [flag], 1;\n";

bool races(const std::string& body) {
  const Module module = module_of(kernel_of(body));
  int found = 0;
  for (uint64_t seed = 0; seed < 6; ++seed) {
    Array<int> y(64);
    Kernel kernel(module, "k");
    kernel.options.find_races = true;
    kernel.options.schedule = seed == 0 ? Schedule::kInOrder : Schedule::kRandom;
    kernel.options.seed = seed;
    const LaunchResult result = kernel.array(y).launch({2}, {64});
    if (!result.fault) continue;
    EXPECT_EQ(int(result.fault->kind), int(FaultKind::kSharedRace)) << result.fault->message;
    ++found;
  }
  EXPECT_TRUE(found == 0 || found == 6) << "whether it is found depends on the order: " << body;
  return found > 0;
}

TEST(Shadow, StoresOfEqualValuesAreNoRace) {
  EXPECT_FALSE(races(kEqual + kBarrier + kLoad));
  EXPECT_FALSE(races(kEqual + kEqual + kBarrier + kLoad + kBarrier + "@%p1" + kEqual));
  EXPECT_FALSE(races(kLoad + kBarrier + kEqual + kBarrier + "  st.shared.u32 [flag], 0;\n"));
  EXPECT_FALSE(races("  mov.u32 %r6, 5;\n  st.shared.v2.u32 [flag], {%r6, %r6};\n" + kBarrier));
}
TEST(Shadow, OnlyWhatReachesMemoryCounts) {
  EXPECT_FALSE(races("  st.shared.u8 [flag], %rs1;\n"));  // 0 and 256: the same byte
  EXPECT_TRUE(races("  st.shared.u16 [flag], %rs1;\n"));
}
TEST(Shadow, GenericStoresAreNoDifferent) {
  const std::string address = "  mov.u64 %rd2, flag;\n  cvta.shared.u64 %rd3, %rd2;\n";
  EXPECT_FALSE(races(address + "  st.u32 [%rd3], 1;\n" + kBarrier + kLoad));
  EXPECT_TRUE(races(address + "  st.u32 [%rd3], %r3;\n" + kBarrier + kLoad));
}
TEST(Shadow, StoresOfOthersAreARace) {
  EXPECT_TRUE(races("  st.shared.u32 [flag], %r3;\n" + kBarrier + kLoad));
  EXPECT_TRUE(races(kEqual + "@%p1 st.shared.u32 [flag], 2;\n" + kBarrier));
  EXPECT_TRUE(races("  mov.u32 %r6, 5;\n  st.shared.v2.u32 [flag], {%r6, %r3};\n"));
  EXPECT_TRUE(races("@%p1 st.shared.u32 [flag], 1;\n@%p2 atom.shared.add.u32 %r5, [flag], 1;\n"));
}
TEST(Shadow, LoadsBesideEqualStoresAreARace) {
  EXPECT_TRUE(races(kEqual + kLoad));
  EXPECT_TRUE(races(kEqual + "@%p1" + kLoad));
  EXPECT_TRUE(races(kLoad + kEqual));
  EXPECT_TRUE(races("@%p1" + kLoad + kEqual));
  EXPECT_TRUE(races("@%p2" + kLoad + kEqual + kBarrier));
}

}  // namespace
}  // namespace cudal1::sim::testing
