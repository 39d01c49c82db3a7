// What the simulator predicts of whole programs.
#include "binary.h"

namespace cudal1::e2e {
namespace {

// Sums of rows. Blocks in order do each a row once; one that a block behind it has overtaken does
// it many times. So the sampled blocks, in order, tell far less than all of them, shuffled.
constexpr const char* kByOrder = R"(
#include <torch/extension.h>

__global__ void sums(const float* x, float* y, int* tickets, int cols) {
  const float* row = x + int64_t(blockIdx.x) * cols;
  int ticket = threadIdx.x == 0 ? atomicAdd(tickets, 1) : 0;
  ticket = __shfl_sync(~0u, ticket, 0);
  float sum = 0.0f;
  for (int time = 0; time < (ticket > blockIdx.x ? 16 : 1); ++time) {
    sum = 0.0f;
    for (int c = threadIdx.x; c < cols; c += 32) sum += row[c];
  }
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_xor_sync(~0u, sum, lane);
  if (threadIdx.x == 0) y[blockIdx.x] = sum;
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty({x.size(0)}, x.options());
  auto tickets = torch::zeros({1}, torch::dtype(torch::kInt).device(torch::kCUDA));
  sums<<<x.size(0), 32>>>(x.data_ptr<float>(), y.data_ptr<float>(), tickets.data_ptr<int>(), x.size(1));
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({600, 1000}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({13, 517}, torch::kCUDA)}; }
)";

TEST(Predictions, AProgramAgainstItselfTakesTheSameTime) {
  const fs::path folder = fresh_folder();
  write(folder / "sums.cu", kByOrder);
  for (const char* seed : {"1", "2"}) {
    const Outcome run =
        cudal1(folder, {"eval", "sums.cu", "--json", "-", "--device", "sim", "--seed", seed});
    SCOPED_TRACE(run.out + run.err);
    EXPECT_EQ(run.code, 0);
    const nlohmann::json json = run.json();
    ASSERT_EQ(json["verdict"], "passed");
    EXPECT_EQ(json["speedup"]["median"], 1.0);
    EXPECT_EQ(json["samples_ns"]["reference"], json["samples_ns"]["candidate"]);
  }
}

}  // namespace
}  // namespace cudal1::e2e
