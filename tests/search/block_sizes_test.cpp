// Programs whose block size may be changed, and programs where it must not be.
#include <gtest/gtest.h>

#include <string>

#include "cudal1/search/tuner.h"

namespace cudal1::search {
namespace {

const std::string kElementwise = R"(
#include <torch/extension.h>
__global__ void scale(const float* x, float* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
)";

const std::string kRowwise = R"(
#include <torch/extension.h>
__global__ void row_sum(const float* x, float* y, int cols) {
  __shared__ float partial[32];
  float sum = 0;
  for (int i = threadIdx.x; i < cols; i += blockDim.x) sum += x[blockIdx.x * cols + i];
  for (int s = 16; s > 0; s >>= 1) sum += __shfl_down_sync(0xffffffff, sum, s);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    sum = 0;
    for (int w = 0; w < blockDim.x / 32; ++w) sum += partial[w];
    y[blockIdx.x] = sum;
  }
}
)";

// forward(x) with the body in it; n and y are there.
std::string forward(const std::string& body) {
  return "torch::Tensor forward(torch::Tensor x) {\n  auto y = torch::empty_like(x);\n"
         "  const int n = x.numel();\n" +
         body + "\n  return y;\n}\n";
}

const std::string kArgs = "(x.data_ptr<float>(), y.data_ptr<float>(), n);";

program::Program parsed(const std::string& source) {
  auto program = program::parse("test.cu", source);
  if (!program) throw std::runtime_error(program.error().message);
  for (const auto* function : program->all_functions())
    if (!function->parsed().ok()) throw std::runtime_error(function->parsed().error().message);
  return std::move(program).value();
}

// The source with every block size found set to 64, and how many there are.
std::string with_64(const std::string& source, size_t* found) {
  const program::Program program = parsed(source);
  const auto sizes = find_block_sizes(program);
  *found = sizes.size();
  return with_block_sizes(program, sizes, std::vector<int64_t>(sizes.size(), 64));
}

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& by) {
  for (const auto& [from, to] : by) {
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, from.size(), to);
  }
  return text;
}

struct Safe {
  const char* name;
  std::string source, changed;
};
void PrintTo(const Safe& one, std::ostream* out) { *out << one.name; }

class SafeBlock : public testing::TestWithParam<Safe> {};

TEST_P(SafeBlock, IsFoundAndRewritten) {
  size_t found = 0;
  EXPECT_EQ(with_64(GetParam().source, &found), GetParam().changed);
  EXPECT_EQ(found, 1u);
}

Safe safe(const char* name, const std::string& before, const std::string& text,
          const std::vector<std::pair<std::string, std::string>>& by) {
  return {name, before + text, before + replaced(text, by)};
}

const std::vector<std::pair<std::string, std::string>> kNumbers{{"256", "64"}, {"255", "63"}};

INSTANTIATE_TEST_SUITE_P(
    Programs, SafeBlock,
    testing::Values(
        safe("literals", kElementwise, forward("  scale<<<(n + 255) / 256, 256>>>" + kArgs),
             kNumbers),
        safe("literals_minus_one", kElementwise,
             forward("  scale<<<(n + 256 - 1) / 256, 256>>>" + kArgs), {{"256", "64"}}),
        safe("literals_in_variables", kElementwise,
             forward("  int blocks = (n + 255) / 256;\n  scale<<<blocks, 256>>>" + kArgs),
             kNumbers),
        safe("variable", kElementwise,
             forward("  const int threads = 256;\n"
                     "  const int blocks = (n + threads - 1) / threads;\n"
                     "  scale<<<blocks, threads>>>" +
                     kArgs),
             kNumbers),
        safe("plus_one", kElementwise,
             forward("  int threads = 256;\n  scale<<<(n - 1) / threads + 1, threads>>>" + kArgs),
             kNumbers),
        safe("dim3", kElementwise,
             forward("  dim3 block(256);\n  dim3 grid((n + block.x - 1) / block.x);\n"
                     "  scale<<<grid, block>>>" +
                     kArgs),
             kNumbers),
        safe("dim3_of_variable", kElementwise,
             forward("  constexpr int kThreads = 256;\n  dim3 block(kThreads, 1, 1);\n"
                     "  dim3 grid((n + kThreads - 1) / kThreads);\n  scale<<<grid, block>>>" +
                     kArgs),
             kNumbers),
        safe("cast", kElementwise,
             forward("  const int64_t threads = 256;\n"
                     "  scale<<<static_cast<unsigned int>((n + threads - 1) / threads), "
                     "(unsigned int)threads>>>" +
                     kArgs),
             kNumbers),
        safe("macro", "",
             "#define THREADS 256  // per block\n" + kElementwise +
                 forward("  scale<<<(n + THREADS - 1) / THREADS, THREADS>>>" + kArgs),
             kNumbers),
        safe("macro_guarded", "",
             "#ifndef THREADS\n#define THREADS 256\n#endif\n" + kElementwise +
                 forward("  const int t = THREADS;\n  scale<<<(n + t - 1) / t, t>>>" + kArgs),
             kNumbers),
        safe("global_constant", "",
             "constexpr int kThreads = 256;\n" + kElementwise +
                 forward("  scale<<<(n + kThreads - 1) / kThreads, kThreads>>>" + kArgs),
             kNumbers),
        safe("own_ceil_div", kElementwise + "int cdiv(int a, int b) { return (a + b - 1) / b; }\n",
             forward("  const int threads = 256;\n  scale<<<cdiv(n, threads), threads>>>" + kArgs),
             kNumbers),
        safe("limited_grid_of_a_grid_stride_loop",
             R"(
__global__ void scale(const float* x, float* y, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) y[i] = x[i];
}
)",
             forward("  const int threads = 256;\n"
                     "  const int blocks = std::min((n + threads - 1) / threads, 65535);\n"
                     "  scale<<<blocks, threads>>>" +
                     kArgs),
             kNumbers),
        safe("row_per_block", kRowwise,
             forward("  const int cols = x.size(1);\n  row_sum<<<x.size(0), 256>>>"
                     "(x.data_ptr<float>(), y.data_ptr<float>(), cols);"),
             kNumbers),
        safe("dynamic_shared", R"(
__global__ void total(const float* x, float* y, int n) {
  extern __shared__ float cache[];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  cache[threadIdx.x] = i < n ? x[i] : 0.0f;
  __syncthreads();
  for (int s = blockDim.x / 2; s > 0; s >>= 1) {
    if (threadIdx.x < s) cache[threadIdx.x] += cache[threadIdx.x + s];
    __syncthreads();
  }
  if (threadIdx.x == 0) atomicAdd(y, cache[0]);
}
)",
             forward("  const int threads = 256;\n"
                     "  total<<<(n + threads - 1) / threads, threads, threads * sizeof(float)>>>" +
                     kArgs),
             kNumbers),
        safe("two_launches", kElementwise,
             forward(
                 "  const int threads = 256;\n  const int blocks = (n + threads - 1) / threads;\n"
                 "  scale<<<blocks, threads>>>" +
                 kArgs + "\n  scale<<<blocks, threads>>>" + kArgs),
             kNumbers),
        safe("dispatch", R"(
template <typename T>
__global__ void scale(const T* x, T* y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i];
}
)",
             forward(
                 "  const int threads = 256;\n  const int blocks = (n + threads - 1) / threads;\n"
                 "  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), \"scale\", [&] {\n"
                 "    scale<scalar_t><<<blocks, threads>>>(x.data_ptr<scalar_t>(), "
                 "y.data_ptr<scalar_t>(), n);\n  });"),
             kNumbers)),
    [](const auto& info) { return info.param.name; });

struct Unsafe {
  const char* name;
  std::string source;
};
void PrintTo(const Unsafe& one, std::ostream* out) { *out << one.name; }

class UnsafeBlock : public testing::TestWithParam<Unsafe> {};

TEST_P(UnsafeBlock, IsLeftAlone) {
  size_t found = 1;
  EXPECT_EQ(with_64(GetParam().source, &found), GetParam().source);
  EXPECT_EQ(found, 0u);
}

// `kernel` launched over n elements in blocks of 256.
std::string launched(const std::string& kernel) {
  return kernel +
         forward("  const int threads = 256;\n  scale<<<(n + threads - 1) / threads, threads>>>" +
                 kArgs);
}

std::string kernel(const std::string& body, const std::string& before = "") {
  return before + "__global__ void scale(const float* x, float* y, int n) {\n" + body + "\n}\n";
}

const std::string kIndex = "  int i = blockIdx.x * blockDim.x + threadIdx.x;\n";

INSTANTIATE_TEST_SUITE_P(
    Programs, UnsafeBlock,
    testing::Values(
        Unsafe{"kernel_with_the_number",
               launched(kernel("  int i = blockIdx.x * 256 + threadIdx.x;\n"
                               "  if (i < n && threadIdx.x < blockDim.x) y[i] = x[i];"))},
        Unsafe{"kernel_without_block_dim", launched(kernel("  y[blockIdx.x] = x[threadIdx.x];"))},
        Unsafe{"shared_array", launched(kernel("  __shared__ float s[256];\n" + kIndex +
                                               "  s[threadIdx.x] = x[i];"))},
        Unsafe{"shared_array_of_a_macro",
               launched("#define TILE 1024\n" + kernel("  __shared__ float s[TILE];\n" + kIndex +
                                                       "  s[threadIdx.x] = x[i];"))},
        Unsafe{"shared_array_of_warps", launched(kernel("  __shared__ float s[8];\n" + kIndex +
                                                        "  s[threadIdx.x / 32] = x[i];"))},
        Unsafe{"last_thread", launched(kernel(kIndex + "  if (threadIdx.x == 255) y[i] = 1;"))},
        Unsafe{"unrolled_reduction",
               launched(kernel(kIndex + "  if (threadIdx.x < 128) y[i] = x[i + 128];"))},
        Unsafe{
            "launch_bounds",
            launched("__global__ void __launch_bounds__(512) scale(const float* x, float* y, int "
                     "n) {\n" +
                     kIndex + "  if (i < n) y[i] = x[i];\n}\n")},
        Unsafe{
            "number_in_a_device_function",
            launched(kernel(kIndex + "  y[i] = f(x, i);",
                            "__device__ float f(const float* x, int i) { return x[i % 256]; }\n"))},
        Unsafe{"number_in_a_macro",
               launched(kernel(kIndex + "  y[i] = x[i % WIDTH];", "#define WIDTH 256\n"))},
        Unsafe{"second_dimension",
               launched(kernel(kIndex + "  if (threadIdx.y == 0) y[i] = x[i];"))},
        Unsafe{"two_dimensional_block",
               kElementwise +
                   forward("  dim3 block(16, 16);\n  scale<<<(n + 255) / 256, block>>>" + kArgs)},
        Unsafe{
            "floor_division",
            kElementwise +
                forward("  const int threads = 256;\n  scale<<<n / threads, threads>>>" + kArgs)},
        Unsafe{"grid_from_another_number",
               kElementwise + forward("  scale<<<(n + 511) / 512, 256>>>" + kArgs)},
        Unsafe{"grid_from_another_variable",
               kElementwise + forward("  const int threads = 256;\n  const int per = 256;\n"
                                      "  scale<<<(n + per - 1) / per, threads>>>" +
                                      kArgs)},
        Unsafe{"size_passed_to_the_kernel",
               "__global__ void scale(const float* x, float* y, int n, int t) {\n" + kIndex +
                   "  if (i < n) y[i] = x[i] + t;\n}\n" +
                   forward("  const int threads = 256;\n"
                           "  scale<<<(n + threads - 1) / threads, threads>>>"
                           "(x.data_ptr<float>(), y.data_ptr<float>(), n, threads);")},
        Unsafe{"size_as_template_argument",
               "template <int T>\n" + kElementwise.substr(kElementwise.find("__global__")) +
                   forward("  constexpr int threads = 256;\n"
                           "  scale<threads><<<(n + threads - 1) / threads, threads>>>" +
                           kArgs)},
        Unsafe{"size_changed_later",
               kElementwise + forward("  int threads = 256;\n  if (n < 1000) threads = 128;\n"
                                      "  scale<<<(n + threads - 1) / threads, threads>>>" +
                                      kArgs)},
        Unsafe{"size_declared_twice",
               kElementwise + forward("  const int threads = 256;\n  if (n > 5) {\n"
                                      "    const int threads = 128;\n    (void)threads;\n  }\n"
                                      "  scale<<<(n + threads - 1) / threads, threads>>>" +
                                      kArgs)},
        Unsafe{"size_used_for_an_allocation",
               kElementwise + forward("  const int threads = 256;\n"
                                      "  auto z = torch::empty({threads});\n"
                                      "  scale<<<(n + threads - 1) / threads, threads>>>" +
                                      kArgs)},
        Unsafe{"literal_used_for_an_allocation",
               kElementwise + forward("  auto z = torch::empty({256});\n"
                                      "  scale<<<(n + 255) / 256, 256>>>" +
                                      kArgs)},
        Unsafe{"fixed_dynamic_shared",

               kElementwise + forward("  const int threads = 256;\n"
                                      "  scale<<<(n + threads - 1) / threads, threads, 1024>>>" +
                                      kArgs)},
        Unsafe{"fixed_dynamic_shared_in_a_variable",
               kElementwise +
                   forward("  const int threads = 256;\n  const int bytes = 1024;\n"
                           "  scale<<<(n + threads - 1) / threads, threads, bytes>>>" +
                           kArgs)},
        Unsafe{"macro_used_on_the_device",
               "#define THREADS 256\n" + kernel(kIndex + "  y[i] = x[i] * THREADS;") +
                   forward("  scale<<<(n + THREADS - 1) / THREADS, THREADS>>>" + kArgs)},
        Unsafe{"macro_in_force_as_tune_parameter",
               "#ifndef THREADS\n#define THREADS 256\n#endif\n"
               "#pragma kernel tune(THREADS=128, 256) default(256)\n" +
                   kElementwise +
                   forward("  scale<<<(n + THREADS - 1) / THREADS, THREADS>>>" + kArgs)},
        Unsafe{"constant_grid_of_a_kernel_that_does_not_stride",
               kElementwise + forward("  scale<<<64, 256>>>" + kArgs)},
        Unsafe{"one_unsafe_kernel_among_two",
               kElementwise +
                   "__global__ void fixed(const float* x, float* y, int n) {\n"
                   "  y[blockIdx.x * 256 + threadIdx.x] = x[0];\n}\n" +
                   forward("  const int threads = 256;\n  const int blocks = (n + threads - 1) / "
                           "threads;\n  scale<<<blocks, threads>>>" +
                           kArgs + "\n  fixed<<<blocks, threads>>>" + kArgs)},
        Unsafe{"wrong_ceil_div",
               kElementwise + "int cdiv(int a, int b) { return a / b; }\n" +
                   forward("  const int threads = 256;\n  scale<<<cdiv(n, threads), threads>>>" +
                           kArgs)},
        Unsafe{"global_that_a_function_changes",
               "static int threads = 256;\n" + kElementwise +
                   forward("  threads = 128;\n"
                           "  scale<<<(n + threads - 1) / threads, threads>>>" +
                           kArgs)},
        Unsafe{"size_from_a_parameter",
               kElementwise +
                   "void run(torch::Tensor x, torch::Tensor y, int n, int threads) {\n"
                   "  scale<<<(n + threads - 1) / threads, threads>>>" +
                   kArgs + "\n}\n" + forward("  run(x, y, n, 256);")}),
    [](const auto& info) { return info.param.name; });

TEST(BlockSizes, SaysWhatItFound) {
  const auto sizes = find_block_sizes(
      parsed(kElementwise + forward("  const int threads = 128;\n"
                                    "  scale<<<(n + threads - 1) / threads, threads>>>" +
                                    kArgs)));
  ASSERT_EQ(sizes.size(), 1u);
  EXPECT_EQ(sizes[0].value, 128);
  EXPECT_EQ(sizes[0].name, "threads");
  EXPECT_EQ(sizes[0].kernels, "scale");
  ASSERT_EQ(sizes[0].literals.size(), 1u);
  EXPECT_EQ(sizes[0].literals[0].length, 3);
}

TEST(BlockSizes, FunctionsHaveTheirOwn) {
  const std::string source =
      kElementwise +
      "void other(torch::Tensor x, torch::Tensor y, int n) {\n  const int threads = 512;\n"
      "  scale<<<(n + threads - 1) / threads, threads>>>" +
      kArgs + "\n}\n" + forward("  other(x, y, n);\n  scale<<<(n + 127) / 128, 128>>>" + kArgs);
  const program::Program program = parsed(source);
  const auto sizes = find_block_sizes(program);
  ASSERT_EQ(sizes.size(), 2u);
  EXPECT_EQ(sizes[0].value + sizes[1].value, 640);
  std::vector<int64_t> values;
  for (const auto& size : sizes) values.push_back(size.value == 512 ? 32 : 1024);
  EXPECT_EQ(with_block_sizes(program, sizes, values),
            replaced(source, {{"512", "32"}, {"127", "1023"}, {"128", "1024"}}));
}

}  // namespace
}  // namespace cudal1::search
