// The critical path: trips to memory, barriers, the slowest warp; and the time that follows from
// it.
#include "cudal1/sim/predict.h"
#include "harness.h"

namespace cudal1::sim::testing {
namespace {

GpuSpec h200() { return read_gpu_spec(CUDAL1_SOURCE_DIR "/configs/gpus/h200.json"); }

// A kernel k(p) whose %rd2 is the thread's own element of the float array p; 32 threads per row.
Module kernel_of(const std::string& body) {
  return module_of(R"(
.version 9.0
.target sm_90
.address_size 64
.visible .entry k(.param .u64 p)
{
  .reg .pred %p<4>;
  .reg .b32 %r<40>;
  .reg .b64 %rd<20>;
  .reg .f32 %f<40>;
  .shared .align 4 .b8 tile[4096];
  ld.param.u64 %rd1, [p];
  mov.u32 %r1, %tid.x;
  mul.wide.u32 %rd3, %r1, 4;
  add.s64 %rd2, %rd1, %rd3;
  mov.u32 %r2, 0;
  mov.f32 %f1, 0f00000000;
)" + body + "\n  ret;\n}\n");
}

Counts counts_of(const std::string& body, uint32_t threads = 32) {
  const Module module = kernel_of(body);
  Array<float> array(1 << 16);
  return Kernel(module, "k").array(array).ok({1}, {threads});
}

std::string load(int n, const std::string& base = "%rd2", const char* space = "global") {
  return "  ld." + std::string(space) + ".f32 %f" + std::to_string(n + 10) + ", [" + base + "+" +
         std::to_string(n * 4096) + "];\n  add.f32 %f1, %f1, %f" + std::to_string(n + 10) + ";\n";
}

// 16 loads, `unroll` per iteration.
std::string loop(int unroll) {
  std::string body = "L:\n";
  for (int i = 0; i < unroll; ++i) body += load(i);
  return body + "  add.s64 %rd2, %rd2, " + std::to_string(unroll * 4096) +
         ";\n  add.s32 %r2, %r2, " + std::to_string(unroll) +
         ";\n  setp.lt.s32 %p1, %r2, 16;\n  @%p1 bra L;\n";
}

TEST(Path, LoadsOfOneBlockTravelTogether) {
  const Counts counts = counts_of(load(0) + load(1) + load(2) + load(3));
  EXPECT_EQ(counts.load_rounds, 1u);
  EXPECT_EQ(counts.path_far_rounds, 1u);
  EXPECT_EQ(counts.path_near_rounds, 0u);
}
TEST(Path, EveryIterationIsATrip) {
  EXPECT_EQ(counts_of(loop(1)).path_far_rounds, 16u);
  EXPECT_EQ(counts_of(loop(4)).path_far_rounds, 4u);
}
TEST(Path, WhatL1HoldsIsNear) {
  const Counts counts = counts_of(load(0) + "  bra M;\nM:\n" + load(0));
  EXPECT_EQ(counts.path_far_rounds, 1u);
  EXPECT_EQ(counts.path_near_rounds, 1u);
}
TEST(Path, DependentLoadsWaitForEachOther) {
  const std::string chase =
      "  ld.global.u64 %rd5, [%rd1];\n  add.s64 %rd6, %rd2, %rd5;\n  ld.global.u64 %rd7, "
      "[%rd1+8];\n"
      "  ld.global.f32 %f2, [%rd6+4096];\n";
  EXPECT_EQ(counts_of(chase).load_rounds, 2u);
}
TEST(Path, LoadsStayBehindStoresThatMayAlias) {
  const auto between = [&](const std::string& text) { return counts_of(load(0) + text + load(1)); };
  EXPECT_EQ(between("  st.global.f32 [%rd2+128], %f10;\n").load_rounds, 1u);  // provably elsewhere
  EXPECT_EQ(between("  add.s64 %rd8, %rd1, 64;\n  st.global.f32 [%rd8], %f10;\n").load_rounds, 2u);
  // One that does not wait for the load goes at once, and what follows with it.
  EXPECT_EQ(between("  add.s64 %rd8, %rd1, 64;\n  st.global.f32 [%rd8], %f5;\n").load_rounds, 1u);
  EXPECT_EQ(counts_of(load(0) + "  add.s64 %rd8, %rd1, 64;\n  st.global.f32 [%rd8], %f10;\n" +
                      load(1, "%rd2", "global.nc"))
                .load_rounds,
            1u);
}
TEST(Path, BarriersAndTheSlowestWarpLengthenIt) {
  const uint64_t without = counts_of("", 128).path_cycles;
  const uint64_t with = counts_of("  bar.sync 0;\n  bar.sync 0;\n", 128).path_cycles;
  EXPECT_GE(with, without + 60);
  EXPECT_LE(with, without + 80);
  // Only the first warp loops; the block takes as long as it does, wherever it does so.
  const std::string skip = "  setp.ge.u32 %p2, %r1, 32;\n  @%p2 bra E;\n";
  EXPECT_EQ(counts_of(skip + loop(1) + "E:\n", 128).path_far_rounds, 16u);
  EXPECT_EQ(counts_of(skip + loop(1) + "E:\n  bar.sync 0;\n", 128).path_far_rounds, 16u);
}
TEST(Path, SharedMemoryTakesItsLatencyAndItsConflicts) {
  const auto shared = [](const std::string& stride) {
    return counts_of("  mul.lo.s32 %r5, %r1, " + stride +
                     ";\n  st.shared.f32 [%r5], %f1;\n  bar.warp.sync -1;\n"
                     "  ld.shared.f32 %f2, [%r5];\n  add.f32 %f3, %f2, %f2;\n")
        .path_cycles;
  };
  EXPECT_GE(shared("4"), 29u);
  EXPECT_GE(shared("128"), shared("4") + 2 * 31);
}

double seconds_of(const std::string& body, Dim3 grid, uint32_t threads, uint32_t registers = 32) {
  const Module module = kernel_of(body);
  Array<float> array(1 << 16);
  Kernel kernel(module, "k");
  kernel.options.max_blocks = 4;
  const LaunchResult result = kernel.array(array).launch(grid, {threads});
  EXPECT_FALSE(result.fault);
  const double factor = double(result.blocks_total) / double(result.blocks_run);
  return predict(h200(), result.counts.scaled(factor), grid, {threads}, {registers, 4096},
                 result.longest)
      .seconds;
}

TEST(Path, UnrollingHidesLatency) {
  const double one = seconds_of(loop(1), {132}, 32), four = seconds_of(loop(4), {132}, 32);
  EXPECT_GT(one, 2.5 * four);
  // 16 trips to DRAM or L2, which take 0.2 to 0.55 µs each
  EXPECT_GT(one, 16 * 0.2e-6);
  EXPECT_LT(one, 16 * 0.6e-6 + 2e-6);
}
TEST(Path, OccupancyHidesLatency) {
  // A quarter of the warps resident: four times as many waves.
  const double full = seconds_of(loop(1), {132 * 8}, 256, 32);
  const double quarter = seconds_of(loop(1), {132 * 8}, 256, 128);
  EXPECT_GT(quarter, 2.5 * full);
}
TEST(Path, ALaunchEndsWithItsLongestBlock) {
  // Of 4096 blocks one loads 16 times in a row.
  const std::string alone =
      "  mov.u32 %r6, %ctaid.x;\n  setp.ne.u32 %p2, %r6, 2000;\n  @%p2 bra E;\n" + loop(1) + "E:\n";
  const Module module = kernel_of(alone);
  Array<float> array(1 << 16);
  const LaunchResult result = Kernel(module, "k").array(array).launch({4096}, {32});
  EXPECT_EQ(result.longest.far_rounds, 16u);
  const auto predicted = [&](const Path& longest) {
    return predict(h200(), result.counts, {4096}, {32}, {32, 4096}, longest).seconds;
  };
  EXPECT_GT(predicted(result.longest), 16 * 0.2e-6);
  EXPECT_LT(predicted({}), 16 * 0.2e-6);
}
TEST(Path, BarriersCostTime) {
  std::string barriers;
  for (int i = 0; i < 50; ++i) barriers += "  bar.sync 0;\n";
  const double without = seconds_of("", {132}, 256), with = seconds_of(barriers, {132}, 256);
  EXPECT_GT(with, without + 50 * 20 / 1.98e9);
  EXPECT_LT(with, without + 50 * 60 / 1.98e9);
}

uint32_t registers_of(const std::string& body) {
  const Module module = kernel_of(body);
  Array<float> array(1 << 16);
  return Kernel(module, "k").array(array).launch({1}, {32}).registers;
}
TEST(Path, RegistersFollowWhatIsAlive) {
  std::string all, use;
  for (int i = 2; i < 36; ++i) {
    const std::string reg = "%f" + std::to_string(i);
    all += "  ld.global.f32 " + reg + ", [%rd2+" + std::to_string(i * 4) + "];\n";
    use += "  add.f32 %f1, %f1, " + reg + ";\n";
  }
  EXPECT_EQ(registers_of(""), 16u);
  EXPECT_GE(registers_of(all + use), 40u);
  EXPECT_LE(registers_of(all + use), 48u);
  // Alive round a loop although nothing in the loop reads them.
  EXPECT_GE(registers_of(all +
                         "L:\n  add.s32 %r2, %r2, 1;\n  setp.lt.s32 %p1, %r2, 4;\n"
                         "  @%p1 bra L;\n" +
                         use),
            40u);
}

}  // namespace
}  // namespace cudal1::sim::testing
