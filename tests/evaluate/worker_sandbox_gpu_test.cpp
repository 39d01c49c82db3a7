#include "sandbox_child.h"

namespace cudal1::evaluate {
namespace {

// Launches, CUPTI records and cuBLAS inside; skips without a GPU.
TEST_F(WorkerSandboxTest, TheGpuWorksAndGetsNowhere) { expect_only_work("cuda"); }

}  // namespace
}  // namespace cudal1::evaluate
