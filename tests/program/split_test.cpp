#include <gtest/gtest.h>

#include <algorithm>

#include "dump.h"

namespace cudal1::program {
namespace {

std::string kernels_of(const std::string& source) {
  const Program program = parsed(source);
  std::string text;
  for (const Kernel& kernel : program.kernels()) {
    text += (text.empty() ? "" : "; ") + kernel.name + "(";
    for (size_t i = 0; i < kernel.params.size(); ++i) {
      text += (i ? ", " : "") + to_string(kernel.params[i].type) + " " + kernel.params[i].name;
    }
    text += ")";
  }
  return text;
}

std::string functions_of(const std::string& source) {
  const Program program = parsed(source);
  std::string text;
  for (const HostFunction* function : program.all_functions())
    text += (text.empty() ? "" : ", ") + function->signature().name;
  return text;
}

// The device text with every run of blanks as one.
std::string device_of(const std::string& source) {
  const std::string device = parsed(source).device_source();
  std::string text;
  for (const char c : device) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank) text += c;
    if (blank && !text.empty() && text.back() != ' ') text += ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

TEST(Split, KernelsInEveryDress) {
  EXPECT_EQ(kernels_of("extern \"C\" __global__ void __launch_bounds__(256, 2) a(const int* "
                       "__restrict__ x, int n) {}"),
            "a(const int* __restrict__ x, int n)");
  EXPECT_EQ(kernels_of("void __global__ b(float4 *__restrict__ const p, size_t = 3) {}"),
            "b(float4* __restrict__ p, size_t )");
  EXPECT_EQ(kernels_of("namespace n { namespace { template <typename T, int N = 4> static "
                       "__global__ void k(T x[], unsigned n) {} } }"),
            "n::k(T* x, unsigned int n)");
  EXPECT_EQ(kernels_of("#define KERNEL __global__ void\nKERNEL k(int n) {}"), "k(int n)");
  EXPECT_EQ(kernels_of("__global__ void k(int);\n__global__ void k(int n) {}\ntemplate <> "
                       "__global__ void q<int>(int n) {}"),
            "k(int n)");
  EXPECT_EQ(kernels_of(
                "#define MAKE(T) __global__ void k_##T(T* x) { x[0] = 1; }\nMAKE(float) MAKE(int)"),
            "k_float(float* x); k_int(int* x)");
}

TEST(Split, TemplateParametersOfKernels) {
  const Program program = parsed(
      "template <typename T, class U = float, int N = 4, bool... Bs> __global__ void k(T* x) {}");
  const auto& params = program.kernels().front().template_params;
  ASSERT_EQ(params.size(), 4u);
  EXPECT_TRUE(params[0].is_type && params[1].is_type);
  EXPECT_EQ(to_string(*params[1].default_arg->type), "float");
  EXPECT_FALSE(params[2].is_type);
  EXPECT_EQ(params[2].value_type.name, "int");
  EXPECT_TRUE(params[3].is_pack);
}

TEST(Split, HostFunctions) {
  EXPECT_EQ(functions_of("int a() { return 1; }\n__device__ int b() { return 1; }\n__host__ "
                         "__device__ int c() { return 1; }\n"
                         "constexpr int d() { return 1; }\nnamespace x { template <typename T> "
                         "std::vector<T> e(std::function<int(int)> f) { return {}; } }\n"
                         "auto f(int) -> int { return 1; }\nint g(int);\nstd::tuple<at::Tensor, "
                         "at::Tensor> h(at::Tensor t) { return {t, t}; }"),
            "a, c, d, x::e, f, h");
}

TEST(Split, BodiesNobodyAsksForAreNotParsed) {
  const Program program = parsed(
      "int main() { try { std::ifstream f; goto end; } catch (...) {} end: return new int; }\nint "
      "ok() { return 1; }");
  EXPECT_EQ(error_in(program.source(), "ok"), "ok");
  EXPECT_EQ(error_in(program.source(), "main"),
            "1:14: 'try' is not part of the host language here [TORCH_CHECK; errors end the call]");
}

TEST(Split, DeviceSourceKeepsWhatKernelsNeed) {
  EXPECT_EQ(device_of("#include <torch/extension.h>\n#include <cuda_fp16.h>\n#include "
                      "<vector>\nusing namespace at;\nconstexpr int kN = 4;\n"
                      "struct P { int a; };\nstruct H { torch::Tensor t; };\nusing vec = "
                      "float4;\nusing T = torch::Tensor;\n"
                      "__constant__ float c[8];\nstatic std::map<int, int> cache;\ntemplate "
                      "<typename T> __device__ T sq(T x) { return x * x; }\n"
                      "void host() { std::cout << 1; }\nPYBIND11_MODULE(TORCH_EXTENSION_NAME, m) { "
                      "m.def(\"host\", &host); }"),
            "#include <cuda_fp16.h> constexpr int kN = 4; struct P { int a; }; using vec = float4; "
            "__constant__ float c[8]; "
            "template <typename T> __device__ T sq(T x) { return x * x; }");
}

TEST(Split, DirectivesInsideBlankedFunctionsStay) {
  EXPECT_EQ(device_of("#if 1\nvoid f(int a) {\n#else\nvoid f(long a) {\n#endif\n}\n"),
            "#if 1 #else #endif");
}

TEST(Split, AMacroThatMakesBothSidesIsWrittenOut) {
  const std::string source =
      "#define OP(n) __global__ void n##_k(float* x) { x[0] = 1; } void n(torch::Tensor t) { "
      "n##_k<<<1, 1>>>(t.data_ptr<float>()); }\n"
      "OP(add)\n__device__ int z;\n";
  const std::string device = parsed(source).device_source();
  EXPECT_NE(device.find("\n__global__ void add_k(float* x) { x[0] = 1; }"), std::string::npos)
      << device;
  EXPECT_EQ(device.find("OP(add)"), std::string::npos);
  EXPECT_EQ(std::count(device.begin(), device.end(), '\n'), 3);
  EXPECT_EQ(functions_of(source), "add");
}

TEST(Split, GlobalsForTheHostSide) {
  const Program program = parsed(
      "namespace c { constexpr int kN = 4; }\nenum Mode { kA, kB = 5, kC };\nstruct S { static "
      "constexpr int W = 8; int x; };\n"
      "using scalar = float;\n__constant__ float w[3][4];\n__device__ int counter;\nint f() { "
      "return kN + S::W + kC; }");
  std::string text;
  for (const StmtPtr& global : program.globals()) text += dump(*global);
  EXPECT_EQ(text,
            "(constexpr let (int c::kN = 4))(constexpr let (const int kA = 0))(constexpr let "
            "(const int kB = 5))"
            "(constexpr let (const int kC = (+ kB 1)))(static constexpr let (int S::W = 8))(using "
            "scalar float)");
}

TEST(Split, EntryAndBindings) {
  EXPECT_EQ(
      parsed("at::Tensor f(at::Tensor x) { return x; }\nPYBIND11_MODULE(TORCH_EXTENSION_NAME, m) { "
             "m.def(\"forward\", &f, \"doc\"); m.def(\"g\", torch::wrap_pybind_function(f)); }")
          .entry(),
      "f");
  EXPECT_EQ(
      parsed("at::Tensor f(at::Tensor x) { return x; }\nTORCH_LIBRARY(o, m) { m.def(\"go(Tensor x) "
             "-> Tensor\"); }\nTORCH_LIBRARY_IMPL(o, CUDA, m) { m.impl(\"go\", &f); }")
          .bindings()
          .at("go"),
      "f");
  EXPECT_EQ(parsed("at::Tensor f(at::Tensor x) { return x; }").entry(), "");
  const Program lambda =
      parsed("PYBIND11_MODULE(m_, m) {\n  m.def(\"forward\", [](at::Tensor x) { return x; });\n}");
  EXPECT_EQ(lambda.entry(), "");
  ASSERT_TRUE(lambda.refused_binding().has_value());
  EXPECT_EQ(lambda.refused_binding()->pos, (SourcePos{2, 9}));
}

TEST(Split, NamespaceAliasesAreResolved) {
  const std::string source =
      "namespace F = torch::nn::functional;\nnamespace cg = cooperative_groups;\n";
  EXPECT_EQ(dump_body("F::relu(x); auto o = F::PadFuncOptions({1, 2});", source),
            "(call torch::nn::functional::relu x) (let (auto o = (call "
            "torch::nn::functional::PadFuncOptions { 1 2})))");
  EXPECT_EQ(device_of(source), "namespace cg = cooperative_groups;");
}

TEST(Split, OversizedFilesAreRefused) {
  EXPECT_EQ(error_in(std::string(5u << 20, ' ')),
            "0:0: the file has 5 MiB [programs of at most 4 MiB]");
}

TEST(Split, UnbalancedBracketsAreNamed) {
  EXPECT_EQ(error_in("void f() {\n  if (x {\n}"), "2:6: this '(' is never closed");
  EXPECT_EQ(error_in("void f() {\n"), "1:10: this '{' is never closed");
  EXPECT_EQ(error_in("int x;\n)"), "2:1: ')' closes nothing");
}

}  // namespace
}  // namespace cudal1::program
