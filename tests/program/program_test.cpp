#include "cudal1/program/program.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dump.h"

namespace cudal1::program {
namespace {

constexpr const char* kScale = R"(#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 256
#endif
#pragma kernel tune(BLOCK=128, 256, 512) default(256)

__global__ void scale(const float* __restrict__ x, float* __restrict__ y, float a, int64_t n) {
  int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;
  if (i < n) y[i] = a * x[i];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int64_t n = x.numel();
  scale<<<(n + BLOCK - 1) / BLOCK, BLOCK>>>(x.data_ptr<float>(), y.data_ptr<float>(), 2.0f, n);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({1 << 24}, torch::kCUDA)}; }
std::vector<torch::Tensor> inputs_odd() { return {torch::randn({100003}, torch::kCUDA)}; }
)";

TEST(Program, SplitsKernelsFromHostFunctions) {
  const Program program = parsed(kScale);
  ASSERT_EQ(program.kernels().size(), 1u);
  const Kernel& kernel = program.kernels().front();
  EXPECT_EQ(kernel.name, "scale");
  EXPECT_EQ(kernel.pos, (SourcePos{8, 17}));
  ASSERT_EQ(kernel.params.size(), 4u);
  EXPECT_EQ(to_string(kernel.params[0].type), "const float* __restrict__");
  EXPECT_EQ(kernel.params[3].name, "n");
  EXPECT_EQ(program.entry(), "forward");
  EXPECT_EQ(program.input_functions(), (std::vector<std::string>{"inputs", "inputs_odd"}));
}

TEST(Program, ParsesHostBodiesWithMacrosExpanded) {
  const Program program = parsed(kScale);
  const Function& forward = function_of(program, "forward");
  const auto& block = std::get<BlockStmt>(forward.body->node);
  ASSERT_EQ(block.body.size(), 4u);
  const auto& launch = std::get<LaunchExpr>(std::get<ExprStmt>(block.body[2]->node).expr->node);
  EXPECT_EQ(launch.kernel, "scale");
  EXPECT_EQ(std::get<IntLiteral>(launch.block->node).value, 256);
  EXPECT_EQ(launch.block->pos, (SourcePos{16, 36}));
  EXPECT_EQ(launch.args.size(), 4u);
}

TEST(Program, BlanksTheHostSideAndKeepsEveryPosition) {
  const Program program = parsed(kScale);
  const std::string& device = program.device_source();
  ASSERT_EQ(device.size(), program.source().size());
  EXPECT_EQ(device.find("__global__"), program.source().find("__global__"));
  EXPECT_EQ(device.find("torch"), std::string::npos);
  EXPECT_NE(device.find("#define BLOCK 256"), std::string::npos);
  EXPECT_EQ(std::count(device.begin(), device.end(), '\n'),
            std::count(program.source().begin(), program.source().end(), '\n'));
}

TEST(Program, TuneSettingsWinOverDefaults) {
  const Program program = parsed(kScale, {.tune = {{"BLOCK", "512"}}});
  EXPECT_EQ(program.tune().at("BLOCK"), "512");
  const auto& block = std::get<BlockStmt>(function_of(program, "forward").body->node);
  const auto& launch = std::get<LaunchExpr>(std::get<ExprStmt>(block.body[2]->node).expr->node);
  EXPECT_EQ(std::get<IntLiteral>(launch.block->node).value, 512);
}

}  // namespace
}  // namespace cudal1::program
