// What the simulator predicts of whole programs.
#include <regex>

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

// y = 2 x, of 80 MB, which no L2 cache holds.
std::string doubling(const std::string& kernel, const std::string& blocks) {
  return "#include <torch/extension.h>\n" + kernel + R"(
torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  twice<<<)" +
         blocks + R"(, 256>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
std::vector<torch::Tensor> inputs() { return {torch::randn({20000000}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({10007}, torch::kCUDA)}; }
)";
}
const std::string kOnePerThread = R"(
__global__ void twice(const float* x, float* y, int n) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) y[i] = 2 * x[i];
}
)";
const std::string kNothingWhenLarge = R"(
__global__ void twice(const float* x, float* y, int n) {
  const int i = blockIdx.x * 256 + threadIdx.x;
  if (n < 1000000) y[i < n ? i : 0] = 2 * x[i < n ? i : 0];
}
)";
const std::string kFewBlocksWork = R"(
__global__ void twice(const float* x, float* y, int n) {
  if (blockIdx.x % 250 != 125) return;
  for (int i = blockIdx.x / 250 * 256 + threadIdx.x; i < n; i += gridDim.x / 250 * 256)
    y[i] = 2 * x[i];
}
)";

nlohmann::json against_doubling(const std::string& kernel, const std::string& blocks) {
  const fs::path folder = fresh_folder();
  write(folder / "reference.cu", doubling(kOnePerThread, "(n + 255) / 256"));
  write(folder / "candidate.cu", doubling(kernel, blocks));
  return cudal1(folder, {"eval", "candidate.cu", "--reference", "reference.cu", "--json", "-",
                         "--device", "sim", "--seed", "3"})
      .json();
}

TEST(Predictions, ATimeInWhichOutputsCannotReachMemoryIsRejected) {
  const nlohmann::json json =
      against_doubling(kNothingWhenLarge, "n < 1000000 ? (n + 255) / 256 : 48");
  EXPECT_EQ(json["verdict"], "rejected") << json;
  EXPECT_EQ(json["rule"], "impossible_speed");
}
TEST(Predictions, FewBlocksThatStoreAreNotMissed) {
  const nlohmann::json json = against_doubling(kFewBlocksWork, "8000");
  ASSERT_EQ(json["verdict"], "passed") << json;
  EXPECT_GT(json["samples_ns"]["candidate"][0], 30'000);  // 160 MB at 4.3 TB/s
}

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

// 1 + x (1 - s) is near zero at x = -1.28, and bfloat16 has nothing right left of it. More than
// 2^24 elements: no exact results are made beforehand.
constexpr const char* kCancelling = R"(#include <torch/extension.h>
#ifndef KIND
#define KIND 0
#endif
#pragma kernel tune(KIND=0, 1, 2) default(0)
torch::Tensor forward(torch::Tensor x, torch::Tensor scales) {
  if (KIND > 0) x = x.to(torch::kFloat);
  if (KIND == 2) x = x * 1.01;
  auto d = scales.narrow(0, 0, x.size(0)), s = torch::sigmoid(x);
  auto y = d * s * (1 + x * (1 - s));
  return KIND > 0 ? y.to(torch::kBFloat16) : y;
}
std::vector<torch::Tensor> cancelling(int rows, int all, float scale) {
  auto type = torch::dtype(torch::kBFloat16).device(torch::kCUDA);
  auto x = torch::randn({rows}, type), scales = torch::full({all}, 8, type);
  x.narrow(0, 0, 100).fill_(-1.28125);
  scales.narrow(0, 0, 100).fill_(scale);
  return {x, scales};
}
std::vector<torch::Tensor> inputs() { return cancelling(50000, 17000000, 300); }
std::vector<torch::Tensor> inputs_odd() { return cancelling(1001, 1003, 8); }
)";

Outcome judged(const fs::path& folder, const std::string& kind) {
  return cudal1(folder, {"eval", "reference.cu", "--reference", "reference.cu", "--tune",
                         "KIND=" + kind, "--device", "sim", "--seed", "3"});
}

TEST(Evaluation, BeingNearerToTheTruthThanALargeReferenceIsNoFault) {
  const fs::path folder = fresh_folder();
  write(folder / "reference.cu", kCancelling);
  const Outcome nearer = judged(folder, "1"), neither = judged(folder, "2");
  EXPECT_EQ(nearer.code, 0) << nearer.out << nearer.err;
  EXPECT_NE(neither.code, 0) << neither.out << neither.err;
  EXPECT_NE((neither.out + neither.err).find("on inputs(): 100 of 50000"), std::string::npos)
      << neither.out << neither.err;
}

TEST(Evaluation, ACopyOfAReferenceThatErrsByMoreThanIsAllowedIsRight) {
  const fs::path folder = fresh_folder();
  const std::string in_half = std::regex_replace(kCancelling, std::regex("kBFloat16"), "kHalf");
  write(folder / "reference.cu",
        std::regex_replace(in_half, std::regex("17000000, 300"), "50000, 600"));
  for (const std::string kind : {"0", "1"}) {
    const Outcome run = judged(folder, kind);
    EXPECT_EQ(run.code, 0) << run.out << run.err;
  }
}

}  // namespace
}  // namespace cudal1::e2e
