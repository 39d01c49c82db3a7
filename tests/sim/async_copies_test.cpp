// cp.async brings its bytes when its thread waits for them, not before.
#include "harness.h"

namespace cudal1::sim::testing {
namespace {

// A kernel k(x, y) of threads that each copy x[thread] to its own place in shared memory (%r3) from
// the address in %rd1; `body` ends with the result in %f1, which goes to y[thread]. %p1 holds for
// odd threads; %r4 is the place of the next thread, round the block.
Module kernel_of(const std::string& body) {
  return module_of(R"(
.version 9.0
.target sm_90
.address_size 64
.visible .entry k(.param .u64 x, .param .u64 y)
{
  .reg .pred %p<3>;
  .reg .b32 %r<12>;
  .reg .b64 %rd<8>;
  .reg .f32 %f<8>;
  .shared .align 16 .b8 tile[8192];
  .loc 1 1 0
  ld.param.u64 %rd1, [x];
  ld.param.u64 %rd2, [y];
  mov.u32 %r1, %tid.x;
  mul.wide.u32 %rd3, %r1, 4;
  add.s64 %rd1, %rd1, %rd3;
  add.s64 %rd2, %rd2, %rd3;
  mov.u32 %r2, tile;
  shl.b32 %r5, %r1, 2;
  add.s32 %r3, %r2, %r5;
  mov.u32 %r6, %ntid.x;
  add.s32 %r7, %r1, 1;
  rem.u32 %r8, %r7, %r6;
  shl.b32 %r9, %r8, 2;
  add.s32 %r4, %r2, %r9;
  and.b32 %r10, %r1, 1;
  setp.ne.u32 %p1, %r10, 0;
)" + body + R"(
  st.global.f32 [%rd2], %f1;
  ret;
}
.file 1 "copies.cu"
)");
}

constexpr const char* kCopy = "  .loc 1 2 0\n  cp.async.ca.shared.global [%r3], [%rd1], 4;\n";
constexpr const char* kSecond =
    "  .loc 1 3 0\n  cp.async.ca.shared.global [%r3+4096], [%rd1+256], 4;\n";
constexpr const char* kCommit = "  cp.async.commit_group;\n";
constexpr const char* kRead = "  .loc 1 9 0\n  ld.shared.f32 %f1, [%r3];\n";
constexpr const char* kReadNext = "  .loc 1 9 0\n  ld.shared.f32 %f1, [%r4];\n";

std::string wait(int groups) { return "  cp.async.wait_group " + std::to_string(groups) + ";\n"; }

LaunchResult launch(const std::string& body, Array<float>& y) {
  const Module module = kernel_of(body);
  Array<float> x = noise(256);
  Kernel kernel(module, "k");
  kernel.options.find_races = kernel.options.find_uninitialised = true;
  return kernel.array(x).array(y).launch({2}, {64});
}

void expect_copied(const std::string& body, size_t shift = 0) {
  Array<float> y(64);
  const LaunchResult result = launch(body, y);
  ASSERT_FALSE(result.fault) << result.fault->message;
  const Array<float> x = noise(256);
  for (size_t i = 0; i < 64; ++i) EXPECT_EQ(y[i], x[(i + shift) % 64]);
}

void expect_pending(const std::string& body, int line = 9) {
  Array<float> y(64);
  const LaunchResult result = launch(body, y);
  ASSERT_TRUE(result.fault.has_value());
  EXPECT_EQ(int(result.fault->kind), int(FaultKind::kPendingCopy)) << result.fault->message;
  EXPECT_EQ(result.fault->line, line);
  EXPECT_NE(result.fault->message.find("asynchronous copy of line 2"), std::string::npos)
      << result.fault->message;
}

const std::string kCopied = std::string(kCopy) + kCommit;

TEST(AsyncCopies, ComeWithTheWait) {
  expect_copied(kCopied + wait(0) + kRead);
  expect_copied(std::string(kCopy) + "  cp.async.wait_all;\n" + kRead);
}
TEST(AsyncCopies, AreSeenByOthersPastABarrier) {
  expect_copied(kCopied + wait(0) + "  bar.sync 0;\n" + kReadNext, 1);
}
TEST(AsyncCopies, WithoutAWaitAreAFault) { expect_pending(kCopied + kRead); }
TEST(AsyncCopies, ABarrierIsNoWait) { expect_pending(kCopied + "  bar.sync 0;\n" + kReadNext); }
TEST(AsyncCopies, WhatIsNotCommittedIsNotWaitedFor) { expect_pending(kCopy + wait(0) + kRead); }
TEST(AsyncCopies, AStoreMayBeOverwritten) {
  expect_pending(kCopied +
                     "  mov.f32 %f1, 0f00000000;\n  .loc 1 7 0\n  st.shared.f32 [%r3], %f1;\n" +
                     wait(0) + kRead,
                 7);
}
TEST(AsyncCopies, GroupsEndInTheirOrder) {
  const std::string two = kCopied + kSecond + kCommit;
  expect_copied(two + wait(1) + kRead + wait(0));
  expect_pending(two + wait(2) + kRead);
  expect_copied(kCopied + kCommit + wait(1) + kRead);  // an empty group is a group
}
TEST(AsyncCopies, OnlyTheirOwnThreadWaits) {
  expect_pending(kCopied + "  @%p1 cp.async.wait_group 0;\n" + kRead);
  expect_pending(kCopied + "  @%p1 cp.async.wait_group 0;\n  bar.sync 0;\n" + kReadNext);
}
TEST(AsyncCopies, OrderOthersOnlyWithTheWait) {
  Array<float> y(64);
  const LaunchResult result =
      launch(kCopied + "  bar.sync 0;\n" + wait(0) + kReadNext, y);  // the barrier comes too early
  ASSERT_TRUE(result.fault.has_value());
  EXPECT_TRUE(result.fault->kind == FaultKind::kSharedRace ||
              result.fault->kind == FaultKind::kPendingCopy)
      << result.fault->message;
}
TEST(AsyncCopies, MayBeUnderWayWhenTheBlockEnds) {
  expect_copied(kCopied + wait(0) + kRead + kSecond + kCommit);
}

}  // namespace
}  // namespace cudal1::sim::testing
