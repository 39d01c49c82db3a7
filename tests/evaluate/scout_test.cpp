// Reading candidates ahead, in a process that may break over them.
#include "scout.h"

#include <gtest/gtest.h>

#include "cudal1/evaluate/evaluator.h"

namespace cudal1::evaluate {
namespace {

std::string program_with(const std::string& host) {
  return R"(#include <torch/extension.h>
__global__ void scale(const float* x, float* y, int n) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2 * x[i];
}
torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
)" + host +
         R"(
  scale<<<1, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), 256);
  return y;
}
)";
}

Candidate candidate_of(const std::string& source) {
  Candidate candidate;
  candidate.source = source;
  return candidate;
}

class ScoutTest : public ::testing::Test {
 protected:
  std::optional<gpu::CompileRequest> foresee(const std::string& source) {
    Task task;
    task.path = "task.cu";
    return scout.foresee(task, candidate_of(source));
  }
  Scout scout{CUDAL1_BINARY};
};

TEST_F(ScoutTest, ForeseesWhatTheRunWillAskFor) {
  const auto request = foresee(program_with(""));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->name_expressions, std::vector<std::string>{"scale"});
  EXPECT_NE(request->source.find("__global__"), std::string::npos);
}

TEST_F(ScoutTest, SaysNothingOfWhatCannotBeRead) {
  EXPECT_FALSE(foresee("torch::Tensor forward( {"));
  EXPECT_FALSE(foresee(""));
  EXPECT_TRUE(foresee(program_with("")));  // by the same process
}

TEST_F(ScoutTest, OutlivesATextThatItsReaderDoesNot) {
  // More than the reader's memory limit holds, if it is taken apart.
  std::string huge = program_with("");
  for (int i = 0; i < 40'000'000; ++i) huge += "+\n";
  EXPECT_FALSE(foresee(huge));
  EXPECT_TRUE(foresee(program_with("")));
}

}  // namespace
}  // namespace cudal1::evaluate
