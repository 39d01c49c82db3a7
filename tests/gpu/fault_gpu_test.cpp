// Faults poison their process, so each is committed by a child.
#include <sys/wait.h>

#include <cstdio>

#include "device_fixture.h"

namespace cudal1::gpu {
namespace {

std::string output_of_child(const std::string& deed) {
  FILE* pipe = popen((std::string(CUDAL1_FAULT_CHILD) + " " + deed + " 2>&1").c_str(), "r");
  if (!pipe) return "popen failed";
  std::string text;
  char part[512];
  while (size_t got = fread(part, 1, sizeof part, pipe)) text.append(part, got);
  const int status = pclose(pipe);
  if (status != 0) text += "\nexit status " + std::to_string(WEXITSTATUS(status));
  return text;
}

class FaultTest : public DeviceTest {
 protected:
  void expect_sticky(const std::string& deed) {
    const std::string said = output_of_child(deed);
    EXPECT_EQ(said.find("fault "), 0u) << deed << " said: " << said;
    EXPECT_NE(said.find(" sticky lost "), std::string::npos) << deed << " said: " << said;
    EXPECT_NE(said.find("CUDA_ERROR_"), std::string::npos) << deed << " said: " << said;
  }
};

TEST_F(FaultTest, LastByteOfAGuardedBufferIsFine) {
  const std::string said = output_of_child("last-byte");
  EXPECT_EQ(said, "ok\n");
}
TEST_F(FaultTest, OnePastTheEndOfAGuardedBufferFaults) { expect_sticky("one-past-end"); }
TEST_F(FaultTest, AWholeGranulePastTheEndFaults) { expect_sticky("far-past-end"); }
TEST_F(FaultTest, OneBeforeTheMappedRangeFaults) { expect_sticky("one-before-begin"); }
TEST_F(FaultTest, NullPointerFaults) { expect_sticky("null"); }
TEST_F(FaultTest, FailedAssertFaults) { expect_sticky("assert"); }

TEST_F(FaultTest, GuardedBufferEndsAtItsMapping) {
  for (const size_t bytes :
       {size_t(0), size_t(1), size_t(16), size_t(4000), size_t(2) << 20, (size_t(2) << 20) + 4}) {
    const GuardedBuffer memory = buffer(bytes);
    const size_t rounded = (bytes + 15) / 16 * 16;
    EXPECT_EQ(memory.bytes(), bytes);
    EXPECT_EQ(memory.get() + rounded, memory.mapped_begin() + memory.mapped_bytes())
        << bytes << " bytes";
    EXPECT_EQ(memory.get() % 16, 0u);
    EXPECT_GE(memory.get(), memory.mapped_begin());
    if (bytes) expect(fill_bytes(context(), memory.get(), 0xff, bytes, nullptr));
    expect(context().synchronize());  // before the buffer is unmapped
  }
}

TEST_F(FaultTest, ThousandGuardedBuffersComeAndGo) {
  for (int i = 0; i < 1000; ++i) (void)buffer(size_t(i) * 1000);
  expect(context().synchronize());
}

TEST_F(FaultTest, MoreThanTheDeviceHasIsAPassingFault) {
  const Result<GuardedBuffer, DriverFault> made =
      GuardedBuffer::allocate(context(), context().info().total_memory * 2);
  ASSERT_FALSE(made);
  EXPECT_FALSE(made.error().sticky) << made.error().message;
  expect(context().synchronize());
}

}  // namespace
}  // namespace cudal1::gpu
