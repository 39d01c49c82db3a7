// Kernels as people write them for nvcc and torch: each must compile with no include of its own.
#include <gtest/gtest.h>

#include "cudal1/gpu/compiler.h"

namespace cudal1::gpu {
namespace {

struct Case {
  const char* name;
  const char* source;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class PreludeTest : public testing::TestWithParam<Case> {};

TEST_P(PreludeTest, Compiles) {
  CompileRequest request;
  request.source = GetParam().source;
  request.path = "kernel.cu";
  const Result<CompiledModule, CompileError> outcome = Compiler().compile(request);
  ASSERT_TRUE(outcome) << outcome.error().log;
  EXPECT_FALSE(outcome->lowered_names.empty());
  EXPECT_EQ(outcome->log, "");
}

constexpr Case kCases[] = {
    {"host_includes",
     "#include <torch/extension.h>\n#include <cuda.h>\n#include <cuda_runtime.h>\n#include "
     "<vector>\n"
     "#include <cstdint>\n#include <math.h>\n#include <c10/cuda/CUDAGuard.h>\n__global__ void k() "
     "{}"},
    {"integers",
     "__global__ void k(uint8_t* a, int64_t* b, std::uint32_t* c, size_t n, uint u, ulong v) {\n"
     "  static_assert(sizeof(int64_t) == 8 && std::is_same<int64_t, long>::value, \"torch's\");\n"
     "  b[0] = INT64_MAX - INT_MAX - UINT32_MAX; c[0] = u + n + v; a[0] = CHAR_BIT; }"},
    {"limits",
     "__global__ void k(float* x, double* d) {\n  x[0] = -INFINITY; x[1] = NAN; x[2] = -FLT_MAX; "
     "x[3] = FLT_EPSILON;\n"
     "  d[0] = DBL_MAX; x[4] = std::numeric_limits<float>::infinity(); x[5] = "
     "std::numeric_limits<float>::lowest();\n"
     "  constexpr float low = -std::numeric_limits<float>::infinity(); x[6] = low;\n"
     "  d[1] = std::numeric_limits<double>::epsilon(); d[2] = std::numeric_limits<int>::max(); "
     "d[3] = HUGE_VAL + M_PI; }"},
    {"algorithms",
     "__global__ void k(float* x, int* y) {\n  x[0] = std::max(x[1], 0.0f); x[2] = "
     "std::min<float>(x[3], 1);\n"
     "  std::swap(x[4], x[5]); x[6] = std::abs(x[6]); y[0] = std::abs(y[0]); x[7] = "
     "std::clamp(x[7], 0.f, 6.f);\n"
     "  y[1] = std::min({1, 2, y[2]}); }"},
    {"math",
     "__global__ void k(float* x, double* d) {\n  x[0] = std::exp(x[0]) + std::sqrt(x[1]) + "
     "std::pow(x[2], 2.0f) + std::tanh(x[3]) + std::fabs(x[0]);\n"
     "  x[1] = std::isnan(x[0]) || std::isinf(x[1]) || std::isfinite(x[1]); d[0] = std::log(d[1]) "
     "+ std::floor(d[2]) + std::erf(d[0]);\n"
     "  x[2] = M_SQRT1_2 + M_2_SQRTPI + rsqrtf(x[2]) + __expf(x[0]) + std::fma(x[0], x[1], x[2]); "
     "}"},
    {"traits",
     "template <typename T, typename = std::enable_if_t<std::is_floating_point_v<T>>> __device__ T "
     "half_of(T x) { return x / 2; }\n"
     "template <size_t... i> __device__ float sum(const float* x, std::index_sequence<i...>) { "
     "return (x[i] + ...); }\n"
     "__global__ void k(float* x) { using T = std::conditional_t<std::is_same_v<float, double>, "
     "int, float>;\n"
     "  T y = half_of(x[0]); if constexpr (std::is_integral<T>::value) y = 0; x[1] = y + sum(x, "
     "std::make_index_sequence<9>{});\n"
     "  x[2] = sizeof(std::decay_t<const float&>) + std::is_signed_v<unsigned> + "
     "std::is_unsigned_v<bool>; }"},
    {"array_pair",
     "__global__ void k(std::array<int, 4> sizes, float* x) { auto p = std::make_pair(sizes[1], "
     "2.0f); x[p.first] = p.second; }"},
    {"assert_printf",
     "__global__ void k(int* x) { assert(x[0] > 0); if (x[1]) printf(\"%d\\n\", x[1]); }"},
    {"torch_macros",
     "__global__ void C10_LAUNCH_BOUNDS_1(256) k(const float* C10_RESTRICT x, float* __restrict__ "
     "y, int n) {\n"
     "  CUDA_KERNEL_LOOP(i, n) { if (x[i] < 0) continue; y[i] = x[i]; }\n  y[0] = "
     "WARP_SHFL_DOWN(y[0], 1u); CUDA_KERNEL_ASSERT(n > 0); }"},
    {"atomics",
     "__global__ void k(float* x, int64_t* y, int* z) { gpuAtomicAdd(x, 1.f); gpuAtomicAdd(y, "
     "int64_t(1)); gpuAtomicAdd(z, 1); atomicMax(z, 3); }"},
    {"accessors",
     "template <typename T> __global__ void t(torch::PackedTensorAccessor32<T, 3, "
     "torch::RestrictPtrTraits> a,\n"
     "    const at::PackedTensorAccessor64<T, 1, at::DefaultPtrTraits> b) {\n"
     "  static_assert(sizeof(a) == 8 + 12 + 12 && sizeof(b) == 24, \"torch's layout\");\n"
     "  a[0][1][2] = b[threadIdx.x] + a.size(1) + a.stride(2); const auto row = a[1]; row[0][1] = "
     "1; }\n"
     "template __global__ void t<float>(torch::PackedTensorAccessor32<float, 3, "
     "torch::RestrictPtrTraits>, at::PackedTensorAccessor64<float, 1, at::DefaultPtrTraits>);"},
    {"c10_half",
     "template <typename scalar_t> __device__ scalar_t f(scalar_t x) { return x > scalar_t(0) ? x "
     "* scalar_t(2) : x - static_cast<scalar_t>(1); }\n"
     "template <typename scalar_t> __global__ void t(const scalar_t* x, scalar_t* y, float a) {\n"
     "  using acc_t = at::acc_type<scalar_t, true>; acc_t sum = 0; for (int i = 0; i < 4; ++i) sum "
     "+= static_cast<acc_t>(x[i]);\n"
     "  y[0] = static_cast<scalar_t>(sum); y[1] = f(x[1]); y[2] = expf(x[2]) * a; y[3] += x[3]; "
     "y[4] = 1.0f / (1.0f + std::exp(-static_cast<float>(x[4])));\n"
     "  y[5] = std::numeric_limits<scalar_t>::lowest(); float z = x[0]; y[6] = z; y[7] = x[1] * 2; "
     "gpuAtomicAdd(y, x[1]); y[8] = -x[8]; }\n"
     "template __global__ void t<at::Half>(const at::Half*, at::Half*, float);\n"
     "template __global__ void t<c10::BFloat16>(const c10::BFloat16*, c10::BFloat16*, float);\n"
     "template __global__ void t<float>(const float*, float*, float);"},
    {"native_half",
     "#include <cuda_fp16.h>\n__global__ void k(const __half* x, half2* y) { y[0] = __hadd2(y[0], "
     "__half2half2(x[0])); y[1].x = __float2half(1.f); }"},
    {"vector_access",
     "__global__ void k(const float* x, float* y) { float4 v = reinterpret_cast<const "
     "float4*>(x)[0]; v.x = fmaxf(v.y, v.z);\n"
     "  reinterpret_cast<float4*>(y)[0] = v; y[0] = __ldg(x); __shared__ float s[32]; "
     "s[threadIdx.x] = 1; __syncthreads(); y[1] = s[0]; extern __shared__ float d[]; d[0] = 1; }"},
    {"mma",
     "#include <mma.h>\nusing namespace nvcuda;\n__global__ void k(const half* a, float* c) { "
     "wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> fa;\n"
     "  wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::col_major> fb; "
     "wmma::fragment<wmma::accumulator, 16, 16, 16, float> fc;\n"
     "  wmma::fill_fragment(fc, 0.f); wmma::load_matrix_sync(fa, a, 16); "
     "wmma::load_matrix_sync(fb, a, 16); wmma::mma_sync(fc, fa, fb, fc); "
     "wmma::store_matrix_sync(c, fc, 16, wmma::mem_row_major); }"},
    {"cooperative_groups",
     "#include <cooperative_groups.h>\n#include <cstdint>\nnamespace cg = "
     "cooperative_groups;\n__global__ void k(float* x, int64_t n) {\n"
     "  auto tile = cg::tiled_partition<32>(cg::this_thread_block()); x[0] = tile.shfl_down(x[0], "
     "16) + n; tile.sync(); }"},
    {"cub",
     "#include <cub/cub.cuh>\n__global__ void k(float* x) { using R = cub::BlockReduce<float, "
     "256>; __shared__ typename R::TempStorage s;\n"
     "  float v = R(s).Sum(x[threadIdx.x]); if (threadIdx.x == 0) x[0] = std::max(v, 0.f); }"},
    {"tensor_map",
     "#include <cuda.h>\n__global__ void k(const __grid_constant__ CUtensorMap map, int* x) { x[0] "
     "= sizeof(map); }"},
};

// torch's types by name expression only, as AT_DISPATCH gives them: the device text says scalar_t.
TEST(Prelude, TorchTypesMayComeFromNameExpressionsOnly) {
  CompileRequest request;
  request.source =
      "template <typename scalar_t> __global__ void relu(const scalar_t* x, scalar_t* y) {\n"
      "  const scalar_t v = x[threadIdx.x]; y[threadIdx.x] = v > 0 ? v : "
      "static_cast<scalar_t>(0);\n"
      "  if (v == 1) y[0] = v * 2.0f + 1; }";
  request.name_expressions = {"relu<at::Half>", "relu<c10::BFloat16>", "relu<float>",
                              "relu<double>"};
  const Result<CompiledModule, CompileError> outcome = Compiler().compile(request);
  ASSERT_TRUE(outcome) << outcome.error().log;
  EXPECT_EQ(outcome->lowered_names.at("relu<at::Half>"), "_Z4reluIN3c104HalfEEvPKT_PS2_");
}

TEST(Prelude, NativeHalfKeepsItsOperatorsWhereTorchIsNotNamed) {
  CompileRequest request;
  request.source =
      "#include <cuda_fp16.h>\n__global__ void k(__half* x) { x[0] = x[1] + x[2]; if (x[0] > x[1]) "
      "x[3] = -x[0]; }";
  const Result<CompiledModule, CompileError> outcome = Compiler().compile(request);
  EXPECT_TRUE(outcome) << outcome.error().log;
}

TEST(Prelude, HalfValuesAreTorchsBits) {
  CompileRequest request;
  request.source =
      "static_assert(sizeof(at::Half) == 2 && alignof(at::Half) == 2, \"\");\n"
      "static_assert(std::is_trivially_copyable_v<c10::BFloat16> && sizeof(at::BFloat16) == 2, "
      "\"\");\n"
      "__global__ void k(at::Half* x) { x[0] = 1.0f; }";
  request.kind = CodeKind::kPtx;
  const Result<CompiledModule, CompileError> outcome = Compiler().compile(request);
  ASSERT_TRUE(outcome) << outcome.error().log;
}

TEST(Prelude, MathPromotesAsCmathDoes) {
  CompileRequest request;
  request.source =
      "__global__ void k(float x, double d, int i, long n, double* y) {\n"
      "  y[0] = pow(x, 3.0) + pow(i, i) + pow(2, 0.5f) + fmax(x, d) + sqrt(i) + exp(n) + atan2(x, "
      "d);\n"
      "  y[1] = fma(x, x, d) + isnan(i) + floor(n) + fmod(i, 2.0f) + powf(x, 2);\n"
      "  static_assert(sizeof(pow(x, d)) == 8 && sizeof(pow(x, x)) == 4 && sizeof(sqrt(i)) == 8, "
      "\"\"); }";
  const Result<CompiledModule, CompileError> outcome = Compiler().compile(request);
  EXPECT_TRUE(outcome) << outcome.error().log;
}

INSTANTIATE_TEST_SUITE_P(Kernels, PreludeTest, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace cudal1::gpu
