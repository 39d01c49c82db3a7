#include "sandbox_child.h"

namespace cudal1::evaluate {
namespace {

TEST_F(WorkerSandboxTest, TheSimWorksAndGetsNowhere) { expect_only_work("sim"); }

TEST_F(WorkerSandboxTest, NoThreadOfTheSimIsLeftOut) {
  const Told locked = run("sim", {});
  if (locked.isolation.landlock_abi == 0 || !locked.isolation.system_calls)
    GTEST_SKIP() << "isolated here: " << describe(locked.isolation);
  EXPECT_TRUE(locked.isolation.complete()) << describe(locked.isolation);
}

}  // namespace
}  // namespace cudal1::evaluate
