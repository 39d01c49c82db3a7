// Wrong programs give their own error (golden files); right ones give none.
#include "cudal1/program/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "catalog_file.h"

namespace cudal1::program {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> files_of(const std::string& folder) {
  std::vector<fs::path> paths;
  const fs::path root = fs::path(CUDAL1_SOURCE_DIR) / "tests/program" / folder;
  if (!fs::exists(root)) return paths;
  for (const auto& entry : fs::directory_iterator(root)) {
    if (entry.path().extension() == ".cu") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// All findings of a file, as a user would see them, by its name alone.
std::string findings(const std::string& name, const std::string& source) {
  const auto program = parse(name, source);
  if (!program.ok()) return render(program.error(), name, source);
  std::string text;
  for (const Diagnostic& finding :
       check_host(*program, roots_to_check(*program), &test_catalog())) {
    text += render(finding, name, source);
  }
  return text;
}

std::string findings_of(const std::string& source) { return findings("test.cu", source); }

// The body of a forward(x, w) beside a kernel and inputs.
std::string in_forward(const std::string& body) {
  return findings_of(
      "__global__ void k(const float* x, float* y, int n) {}\n"
      "template <typename T, int B> __global__ void t(const T* x, T* y, int n) {}\n"
      "torch::Tensor forward(torch::Tensor x, torch::Tensor w) {\n" +
      body + "\n}\n");
}

class WrongProgram : public testing::TestWithParam<fs::path> {};

TEST_P(WrongProgram, GivesItsOwnError) {
  const fs::path path = GetParam();
  fs::path golden = path;
  golden.replace_extension(".golden");
  const std::string found = findings(path.filename().string(), read(path));
  EXPECT_FALSE(found.empty()) << "nothing was found in " << path;
  if (std::getenv("CUDAL1_UPDATE_GOLDEN")) {
    std::ofstream(golden) << found;
    return;
  }
  EXPECT_EQ(found, read(golden)) << "CUDAL1_UPDATE_GOLDEN=1 rewrites the golden files";
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) {
  return info.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(Golden, WrongProgram, testing::ValuesIn(files_of("wrong")), test_name);

TEST(Golden, EveryFileHasAMessageOfItsOwn) {
  std::set<std::string> messages;
  for (const fs::path& path : files_of("wrong")) {
    const std::string found = findings(path.filename().string(), read(path));
    const size_t begin = found.find("error: ");
    ASSERT_NE(begin, std::string::npos) << path;
    EXPECT_TRUE(messages.insert(found.substr(begin, found.find('\n', begin) - begin)).second)
        << path << "\n"
        << found;
  }
  EXPECT_GE(messages.size(), 40u);
}

class AcceptedProgram : public testing::TestWithParam<fs::path> {};

TEST_P(AcceptedProgram, HasNoFindings) {
  EXPECT_EQ(findings(GetParam().filename().string(), read(GetParam())), "");
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AcceptedProgram);
INSTANTIATE_TEST_SUITE_P(Corpus, AcceptedProgram, testing::ValuesIn(files_of("accepted")),
                         test_name);

TEST(Check, SkipsWhatTheEntryDoesNotReach) {
  EXPECT_EQ(
      findings_of(
          "torch::Tensor forward(torch::Tensor x) { return x; }\n"
          "int main() { std::ofstream f(\"x\"); float* p = new float[3]; return undeclared; }\n"),
      "");
}

TEST(Check, ChecksWhatTheEntryReaches) {
  const std::string found = findings_of(
      "torch::Tensor helper(torch::Tensor x) { return torch::rlu(x); }\n"
      "torch::Tensor forward(torch::Tensor x) { return helper(x); }\n");
  EXPECT_NE(found.find("test.cu:1:"), std::string::npos) << found;
  EXPECT_NE(found.find("did you mean 'torch::relu'?"), std::string::npos) << found;
}

TEST(Check, ReportsAllFindingsInSourceOrder) {
  const std::string found =
      in_forward("  auto a = torch::rlu(x);\n  auto b = torch::sigmod(a);\n  return b;");
  const size_t first = found.find("torch::rlu"), second = found.find("torch::sigmod");
  EXPECT_LT(first, second);
  EXPECT_NE(second, std::string::npos);
}

TEST(Check, TemplatesAndDispatchesAreLenient) {
  EXPECT_EQ(
      findings_of("template <typename T> __global__ void k(const T* x, T* y, int64_t n) {}\n"
                  "template <typename T> void launch(const torch::Tensor& x, torch::Tensor& y) {\n"
                  "  k<T><<<1, 32>>>(x.data_ptr<T>(), y.data_ptr<T>(), x.numel());\n}\n"
                  "torch::Tensor forward(torch::Tensor x) {\n"
                  "  auto y = torch::empty_like(x);\n"
                  "  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), \"f\", ([&] { launch<scalar_t>(x, "
                  "y); }));\n"
                  "  return y;\n}\n"),
      "");
}

TEST(Check, WithoutACatalogOperatorsPass) {
  const auto program = parse(
      "test.cu", "torch::Tensor forward(torch::Tensor x) { return torch::no_such_thing(x); }\n");
  ASSERT_TRUE(program.ok());
  EXPECT_TRUE(check_host(*program, {"forward"}, nullptr).empty());
}

TEST(Check, AComparisonOfWhatMayBeATensorMayBeOne) {
  const auto program = parse("test.cu",
                             "std::vector<torch::Tensor> f() {\n"
                             "  auto [values, at] = torch::randn({8}).topk(4);\n"
                             "  auto mask = values > 0.5;\n"
                             "  return {mask.to(torch::kFloat), torch::rand({8}) > 0.5};\n}\n");
  ASSERT_TRUE(program.ok());
  EXPECT_TRUE(check_host(*program, {"f"}, nullptr).empty());
  EXPECT_TRUE(check_host(*program, {"f"}, &test_catalog()).empty());
}

TEST(Check, ObjectsOfTheFilesStructsAreRefused) {
  const std::string before =
      "struct P { int n; __device__ int twice() const { return 2 * n; } };\n"
      "typedef struct { int n; } Q;\ntypedef enum { kAdd, kMul } Mode;\n"
      "template <typename F> __global__ void map(float* y) { y[0] = F{1}.twice(); }\n"
      "torch::Tensor forward(torch::Tensor x) {\n  ";
  const std::string after = "\n  map<P><<<1, 1>>>(x.data_ptr<float>());\n  return x;\n}\n";
  const auto refused = [&](const std::string& body) {
    return findings_of(before + body + after).find("which the host side cannot make") !=
           std::string::npos;
  };
  EXPECT_TRUE(refused("P p;"));
  EXPECT_TRUE(refused("P p{3};"));
  EXPECT_TRUE(refused("auto p = P{3};"));
  EXPECT_TRUE(refused("Q q = {3};"));
  EXPECT_EQ(findings_of(before + "Mode mode = kAdd;" + after), "");
}

TEST(Check, MissingRootIsNamed) {
  const auto program = parse("test.cu", "torch::Tensor forward(torch::Tensor x) { return x; }\n");
  ASSERT_TRUE(program.ok());
  const auto found = check_host(*program, {"forwrd"}, &test_catalog());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].message, "the file has no host function 'forwrd'");
  EXPECT_EQ(found[0].accepted, "did you mean 'forward'?");
}

// One line of host code each that must pass.
class AcceptedLine : public testing::TestWithParam<const char*> {};

TEST_P(AcceptedLine, HasNoFindings) {
  EXPECT_EQ(in_forward(std::string(GetParam()) + "\n  return x;"), "");
}

INSTANTIATE_TEST_SUITE_P(
    Check, AcceptedLine,
    testing::Values(
        "auto y = torch::zeros({x.size(0), x.size(1)}, x.options());",
        "auto y = torch::empty({4}, "
        "torch::TensorOptions().dtype(torch::kFloat32).device(x.device()));",
        "auto y = torch::full({2, 3}, 1.5, torch::dtype(torch::kFloat).device(torch::kCUDA));",
        "auto y = x.to(torch::kHalf).to(torch::kCUDA).to(x.options());",
        "auto y = torch::arange(0, 10, torch::kInt64);",
        "auto s = x.sizes().vec(); s.push_back(3);",
        "const float* p = x.data_ptr<float>(); p += 4;",
        "const float* p = w.defined() ? w.data_ptr<float>() : nullptr;",
        "auto [a, b] = torch::max(x, 1); a = a + b;",
        "torch::Tensor a, b; std::tie(a, b) = torch::max(x, 1);",
        "auto m = std::get<0>(torch::max(x, /*dim=*/1, true));",
        "float v = x.max().item<float>(); v *= 2;",
        "int64_t n = 1; for (auto s : x.sizes()) n *= s;",
        "for (int i = 0; i < x.dim(); ++i) { if (i > 2) continue; }",
        "dim3 grid((x.numel() + 255) / 256, 2), block(256); k<<<grid, "
        "block>>>(x.data_ptr<float>(), w.data_ptr<float>(), 3);",
        "k<<<1, 32, 0, at::cuda::getCurrentCUDAStream()>>>(x.data_ptr<float>(), "
        "w.data_ptr<float>(), x.numel());",
        "constexpr int B = 128; t<float, B><<<1, B>>>(x.data_ptr<float>(), w.data_ptr<float>(), "
        "1);",
        "TORCH_CHECK(x.is_cuda() && x.dim() == 2, \"bad shape \", x.sizes());",
        "cudaError_t err = cudaGetLastError(); if (err != cudaSuccess) printf(\"%s\\n\", "
        "cudaGetErrorString(err));",
        "cudaDeviceProp prop; cudaGetDeviceProperties(&prop, 0); int sms = "
        "prop.multiProcessorCount;",
        "cudaFuncSetAttribute(k, cudaFuncAttributeMaxDynamicSharedMemorySize, 65536);",
        "cudaMemsetAsync(w.data_ptr<float>(), 0, w.nbytes(), c10::cuda::getCurrentCUDAStream());",
        "const at::cuda::OptionalCUDAGuard guard(device_of(x));",
        "c10::cuda::CUDAGuard guard(x.device());",
        "auto f = [&](int i) { return i * 2; }; int j = f(3);",
        "auto y = x.index({torch::indexing::Slice(), 0});",
        "c10::optional<torch::Tensor> o; if (o.has_value()) x = o.value();",
        "switch (x.scalar_type()) { case torch::kFloat: break; default: break; }",
        "std::array<int64_t, 2> a = {1, 2}; int64_t b = a[1];", "int a[2] = {1, 2}; a[0] = a[1];",
        "auto y = at::matmul(x, w.t()).add_(1.0).mul(x);",
        "auto y = torch::conv2d(x, w, {}, {1, 1}, 1);", "auto y = torch::cat({x, w}, 0);",
        "x[0] = 1;", "auto y = x[0][1] * 2.0f - w;", "auto y = -x / 2 + (x > 0);",
        "std::vector<torch::Tensor> v; v.push_back(x); v.emplace_back(w);",
        "auto y = torch::sum(x, {0, 1}, /*keepdim=*/true); y = x.sum(-1); y = x.sum();",
        "at::add_out(w, x, x);", "int64_t n = std::max<int64_t>(1, x.numel());",
        "auto y = torch::nn::functional::relu(x);",
        "auto s = std::to_string(x.size(0)) + \" rows\";"));

TEST(Roots, EntryAndInputs) {
  const auto program = parse("t.cu",
                             "torch::Tensor forward(torch::Tensor x) { return x; }\n"
                             "std::vector<torch::Tensor> inputs_odd() { return {}; }\n"
                             "std::vector<torch::Tensor> inputs() { return {}; }\n");
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(roots_to_check(*program),
            (std::vector<std::string>{"forward", "inputs", "inputs_odd"}));
}

TEST(Roots, WithoutAnEntryWhatLaunches) {
  const auto program = parse("t.cu",
                             "__global__ void k(float* x) {}\n"
                             "void launch(torch::Tensor x) { k<<<1, 1>>>(x.data_ptr<float>()); }\n"
                             "void outer(torch::Tensor x) { launch(x); }\n"
                             "int twice(int a) { return 2 * a; }\n"
                             "int main() { k<<<1, 1>>>(nullptr); }\n");
  ASSERT_TRUE(program.ok());
  EXPECT_EQ(roots_to_check(*program), (std::vector<std::string>{"launch", "outer"}));
}

std::vector<std::string> instantiations(const std::string& source) {
  const auto program = parse("t.cu", source);
  EXPECT_TRUE(program.ok());
  return guess_instantiations(*program, roots_to_check(*program));
}

TEST(Instantiations, PlainDispatchedAndDeduced) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(instantiations("__global__ void k(float* x) {}\n"
                           "void forward(torch::Tensor x) { k<<<1, 1>>>(x.data_ptr<float>()); }\n"),
            (Names{"k"}));
  EXPECT_EQ(instantiations("template <typename T, int B> __global__ void k(T* x) {}\n"
                           "void forward(torch::Tensor x) {\n  constexpr int kB = 64 * 2;\n"
                           "  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), \"f\", [&] {\n"
                           "    k<scalar_t, kB><<<1, 1>>>(x.data_ptr<scalar_t>());\n  });\n}\n"),
            (Names{"k<float, 128>"}));
  EXPECT_EQ(
      instantiations("template <typename T> __global__ void k(const T* x, T a) {}\n"
                     "void forward(torch::Tensor x) { k<<<1, 1>>>(x.data_ptr<double>(), 2.0); }\n"),
      (Names{"k<double>"}));
}

TEST(Instantiations, ThroughHostTemplates) {
  EXPECT_EQ(instantiations("template <int B, bool R> __global__ void k(float* x) {}\n"
                           "template <int B> void launch(torch::Tensor x) { k<std::min(B, 256), B "
                           "== 32><<<1, B>>>(x.data_ptr<float>()); }\n"
                           "void forward(torch::Tensor x) { if (x.numel() > 9) launch<512>(x); "
                           "else launch<32>(x); }\n"),
            (std::vector<std::string>{"k<256, false>", "k<32, true>"}));
}

TEST(Instantiations, LeaveOutWhatOnlyARunKnows) {
  EXPECT_TRUE(instantiations("template <int N> __global__ void k(float* x) {}\n"
                             "void forward(torch::Tensor x) { const int n = x.size(0); k<n><<<1, "
                             "1>>>(x.data_ptr<float>()); }\n")
                  .empty());
}

}  // namespace
}  // namespace cudal1::program
