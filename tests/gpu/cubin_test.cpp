#include "cudal1/gpu/cubin.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cudal1/gpu/compiler.h"

namespace cudal1::gpu {
namespace {

std::string cubin_of(const std::string& source) {
  const Compiler compiler;
  CompileRequest request;
  request.source = source;
  request.path = "variables.cu";
  request.arch = "sm_90";
  request.kind = CodeKind::kCubin;
  request.name_expressions = {"k"};
  const auto outcome = compiler.compile(request);
  EXPECT_TRUE(outcome.ok());
  return outcome.ok() ? outcome->code : "";
}

// Sizes in ascending order.
std::vector<uint64_t> sizes_in(const std::string& source) {
  std::vector<uint64_t> sizes;
  for (const ModuleVariable& variable : variables_of(cubin_of(source))) sizes.push_back(variable.bytes);
  std::sort(sizes.begin(), sizes.end());
  return sizes;
}

TEST(Cubin, AKernelAloneRemembersNothing) {
  EXPECT_TRUE(sizes_in("__global__ void k(float* x) { __shared__ float s[64]; s[threadIdx.x] = 1.5f; x[0] = s[3] * 3.14159f; }").empty());
}

TEST(Cubin, VariablesOfEveryKindAreFound) {
  EXPECT_EQ(sizes_in("__device__ int count; __global__ void k(int* x) { *x = count++; }"), std::vector<uint64_t>{4});
  EXPECT_EQ(sizes_in("__device__ float table[3] = {1, 2, 3}; __global__ void k(float* x) { *x = table[threadIdx.x]++; }"),
            std::vector<uint64_t>{12});
  EXPECT_EQ(sizes_in("static __device__ long long hidden; __global__ void k(long long* x) { *x = hidden++; }"), std::vector<uint64_t>{8});
  EXPECT_EQ(sizes_in("namespace a { __device__ short s[5]; } __global__ void k(short* x) { *x = a::s[threadIdx.x]++; }"),
            std::vector<uint64_t>{10});
  EXPECT_EQ(sizes_in("__constant__ float c[16]; __global__ void k(float* x) { *x = c[threadIdx.x]; }"), std::vector<uint64_t>{64});
  EXPECT_EQ(sizes_in("__global__ void k(int* x) { static int calls; *x = calls++; }"), std::vector<uint64_t>{4});
  EXPECT_EQ(sizes_in("template <int N> __device__ int v; __global__ void k(int* x) { *x = v<2>++; }"), std::vector<uint64_t>{4});
}

TEST(Cubin, JunkHoldsNothingAndHarmsNothing) {
  const std::string cubin = cubin_of("__device__ int count; __global__ void k(int* x) { *x = count++; }");
  EXPECT_TRUE(variables_of("").empty());
  EXPECT_TRUE(variables_of("\x7f" "ELF").empty());
  for (size_t length = 0; length < cubin.size(); length += 7) (void)variables_of(cubin.substr(0, length));
  for (size_t i = 0; i < std::min<size_t>(cubin.size(), 4096); ++i) {
    std::string bent = cubin;
    bent[i] = char(bent[i] ^ 0xff);
    (void)variables_of(bent);
  }
}

}  // namespace
}  // namespace cudal1::gpu
