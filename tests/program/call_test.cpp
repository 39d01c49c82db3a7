#include <gtest/gtest.h>

#include "dump.h"

namespace cudal1::program {
namespace {

constexpr const char* kSource = R"(
#define WIDTH 8
__global__ void saxpy(int n, float a, const float* x, float* y) {}
template <typename T> __global__ void fill(T* out, const int4* idx, unsigned int n) {}
__global__ void bare(void* p) {}
torch::Tensor scale(torch::Tensor x, double eps) { return x; }
void in_place(const torch::Tensor& x, torch::Tensor out) {}
torch::Tensor cat(std::vector<torch::Tensor> parts, c10::optional<at::Tensor> bias) { return parts[0]; }
cudaError_t run(const float* x, float* y, int n) { return cudaSuccess; }
std::vector<torch::Tensor> inputs() { return {}; }
int main() {
  const int N = 1 << 20;
  int threads = 256, blocks = (N + threads - 1) / threads;
  float *d_x, *d_y;
  cudaMalloc(&d_x, N * sizeof(float));
  saxpy<<<blocks, threads>>>(N, 2.0f, d_x, d_y);
}
)";

std::string lowered(const std::string& expression,
                    const std::map<std::string, std::string>& variables = {}) {
  Program program = parsed(kSource);
  if (const auto error = apply_call(program, {expression, variables}))
    return "error: " + error->message;
  std::string text;
  for (const std::string& name : {std::string("inputs"), program.entry()}) {
    const Function& function = function_of(program, name);
    std::string params;
    for (const Param& param : function.params)
      params += (params.empty() ? "" : ", ") + to_string(param.type) + " " + param.name;
    text += name + "(" + params + ") " + dump(*function.body) + "\n";
  }
  return text;
}

TEST(Call, KernelWithFreshArrays) {
  EXPECT_EQ(lowered("saxpy<<<(n + 255) / 256, 256>>>(n, 2.0f, x[n], y[n])", {{"n", "1 << 24"}}),
            "inputs() [(let (const int64_t n = (<< 1 24))) (return { "
            "(call torch::randn { n} (call (call (cast torch::TensorOptions).dtype "
            "torch::kFloat32).device torch::kCUDA)) "
            "(call torch::randn { n} (call (call (cast torch::TensorOptions).dtype "
            "torch::kFloat32).device torch::kCUDA))})]\n"
            "forward(torch::Tensor arg0, torch::Tensor arg1) [(let (const int64_t n = (<< 1 24))) "
            "(let (auto arg1_out = (call arg1.clone))) "
            "(launch saxpy [(/ (+ n 255) 256) 256 _ _] n 2.000000f (call arg0.data_ptr<float>) "
            "(call arg1_out.data_ptr<float>)) "
            "(return arg1_out)]\n");
}

TEST(Call, TemplateKernelsAndVectorTypes) {
  const std::string text =
      lowered("fill<__half><<<1, WIDTH>>>(o[n * m], i[n, m], n * m)", {{"n", "3"}, {"m", "n + 1"}});
  EXPECT_NE(text.find("(let (const int64_t n = 3)) (let (const int64_t m = (+ n 1)))"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("(call torch::randint 0 10 { n m 4}"), std::string::npos) << text;
  EXPECT_NE(
      text.find("(launch fill<__half> [1 8 _ _] (cast __half* (call arg0_out.data_ptr<at::Half>)) "
                "(cast const int4* (call arg1.data_ptr<int>)) (* n m))"),
      std::string::npos)
      << text;
}

TEST(Call, HostFunctions) {
  EXPECT_EQ(lowered("scale(torch::randn({64, 1 << 20}), 1e-5)"),
            "inputs() [(return { (call (call torch::randn { 64 (<< 1 20)}).to torch::kCUDA)})]\n"
            "forward(torch::Tensor arg0) [(return (call scale arg0 0.000010))]\n");
  EXPECT_NE(lowered("in_place(torch::randn({n}), torch::zeros({n}))", {{"n", "5"}})
                .find("(let (auto arg1_out = (call arg1.clone))) (call in_place arg0 arg1_out) "
                      "(return arg1_out)"),
            std::string::npos);
  EXPECT_NE(lowered("cat({torch::randn({2}), torch::ones({2})}, c10::nullopt)")
                .find("(call cat { arg0 arg1} c10::nullopt)"),
            std::string::npos);
  EXPECT_NE(lowered("run(a[n], b[n], n)", {{"n", "5"}})
                .find("(call run (call arg0.data_ptr<float>) (call arg1_out.data_ptr<float>) n) "
                      "(return arg1_out)"),
            std::string::npos);
}

TEST(Call, ErrorsSayWhatIsMissing) {
  EXPECT_EQ(lowered("saxpy<<<1, 256>>>(n, 2.0f, x[n], y[n])"), "error: --call: n has no value");
  EXPECT_EQ(lowered("saxpy<<<1, 256>>>(4, 2.0f, x[4], y[4])", {{"q", "1"}}),
            "error: --call: the call does not use q");
  EXPECT_EQ(lowered("saxpy<<<1, 256>>>(4, 2.0f, x[4])"),
            "error: --call: saxpy takes 4 arguments, 3 are given");
  EXPECT_EQ(lowered("saxpy<<<1, 256>>>(4, 2.0f, x, y[4])"),
            "error: --call: argument 3 (const float* x) is a pointer, 'x' is no array");
  EXPECT_EQ(lowered("saxpy<<<1, 256>>>(n[4], 2.0f, x[4], y[4])"),
            "error: --call: argument 1 (int n) is no pointer: n[4] can't be passed for it");
  EXPECT_EQ(lowered("fill<<<1, 8>>>(o[4], i[4], 4)"),
            "error: --call: the element type of o can't be known from fill");
  EXPECT_EQ(lowered("bare<<<1, 8>>>(p[4])"),
            "error: --call: argument 1 (void* p) points to void, which no tensor holds");
  EXPECT_EQ(lowered("saxpy(4)"), "error: --call: saxpy is a kernel");
  EXPECT_EQ(lowered("nothing<<<1, 1>>>(4)"), "error: --call: the file has no kernel nothing");
  EXPECT_EQ(
      lowered("saxpy<<<1, 256>>(4)"),
      "error: --call, column 19: expected '>>>' behind the launch configuration, found the end");
  EXPECT_EQ(lowered(""), "error: --call, column 1: the call is empty");
  EXPECT_EQ(lowered("scale(torch::randn({n}), m)", {{"n", "m"}, {"m", "n"}}),
            "error: --call: the values of the variables need each other");
}

TEST(Call, SuggestionComesFromTheLaunch) {
  const std::string source =
      "__global__ void saxpy(int n, float a, const float* x, float* y) {}\n"
      "int main() { int N = 1 << 20; int threads = 256; int blocks = (N + threads - 1) / threads; "
      "float *d_x, *d_y;\n"
      "cudaMalloc(&d_x, N * sizeof(float)); size_t bytes = sizeof(float) * N; "
      "cudaMalloc((void**)&d_y, bytes);\n"
      "saxpy<<<blocks, threads, 0, stream>>>(N, 2.0f, d_x, d_y); }";
  EXPECT_EQ(suggest_call(parsed(source)),
            "--call 'saxpy<<<(N + threads - 1) / threads, threads>>>(N, 2.0f, d_x[N], d_y[N])' "
            "'N=1<<20' threads=256");
  Program program = parsed(source);
  EXPECT_FALSE(apply_call(
      program, {"saxpy<<<(N + threads - 1) / threads, threads>>>(N, 2.0f, d_x[N], d_y[N])",
                {{"N", "1<<20"}, {"threads", "256"}}}));
}

TEST(Call, SuggestionWithoutALaunch) {
  EXPECT_EQ(suggest_call(parsed("template <typename T> __global__ void k(T* x, int n) {}")),
            "--call 'k<float><<<(n + 255) / 256, 256>>>(x[n], n)' n=VALUE");
  EXPECT_EQ(suggest_call(parsed("__global__ void k(float* x) {}\nat::Tensor f(at::Tensor x, int s) "
                                "{ k<<<1, 1>>>(x.data_ptr<float>()); return x; }")),
            "--call 'f(torch::randn({1024, 1024}), s)' s=VALUE");
  EXPECT_EQ(suggest_call(parsed("int x;")), "");
}

}  // namespace
}  // namespace cudal1::program
