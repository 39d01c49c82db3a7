#include <gtest/gtest.h>

#include "dump.h"

namespace cudal1::program {
namespace {

TEST(Statement, Declarations) {
  EXPECT_EQ(dump_body("const int64_t n = x.numel();"), "(let (const int64_t n = (call x.numel)))");
  EXPECT_EQ(dump_body("dim3 grid((n + 15) / 16, 1), block{16, 16};"),
            "(let (dim3 grid () (/ (+ n 15) 16) 1) (dim3 block {} 16 16))");
  EXPECT_EQ(dump_body("const float *p = a.data_ptr<float>(), q = 1;"),
            "(let (const float* p = (call a.data_ptr<float>)) (const float q = 1))");
  EXPECT_EQ(dump_body("auto [v, i] = x.max(1);"), "(let (auto v,i = (call x.max 1)))");
  EXPECT_EQ(dump_body("int sizes[2] = {1, 2}, more[];"),
            "(let (int sizes[2] = { 1 2}) (int more[]))");
  EXPECT_EQ(dump_body("static constexpr int kN = 4;"), "(static constexpr let (int kN = 4))");
  EXPECT_EQ(dump_body("at::cuda::OptionalCUDAGuard guard(device_of(x));"),
            "(let (at::cuda::OptionalCUDAGuard guard () (call device_of x)))");
  EXPECT_EQ(dump_body("std::vector<torch::Tensor> v; unsigned n(3);"),
            "(let (std::vector<torch::Tensor> v)) (let (unsigned int n () 3))");
  EXPECT_EQ(dump_body("void (*kernel)(const float*, int) = k<float>;"),
            "(let (void(*)(const float*, int) kernel = k<float>))");
}

TEST(Statement, ProductsAreNoDeclarations) {
  EXPECT_EQ(dump_body("int a = 1, b = 2; a * b; a = b; g(a);"),
            "(let (int a = 1) (int b = 2)) (* a b) (= a b) (call g a)");
}

TEST(Statement, Branches) {
  EXPECT_EQ(dump_body("if (a) b(); else if (c) { d(); } else e();"),
            "(if a (call b) (if c [(call d)] (call e)))");
  EXPECT_EQ(
      dump_body(
          "if (auto e = cudaGetLastError(); e != cudaSuccess) throw std::runtime_error(\"x\");"),
      "(if (let (auto e = (call cudaGetLastError))) (!= e cudaSuccess) (throw (cast "
      "std::runtime_error \"x\")))");
  EXPECT_EQ(dump_body("if constexpr (N > 4) return;"), "(if-constexpr (> N 4) (return))");
  EXPECT_EQ(
      dump_body("switch (x) { case 1: case 2: a(); break; case f::B: { b(); } default: c(); }"),
      "(switch x (case 1 2: (call a) (break)) (case f::B: [(call b)]) (default: (call c)))");
}

TEST(Statement, Loops) {
  EXPECT_EQ(dump_body("for (int i = 0, j = 1; i < n; ++i, j *= 2) { continue; }"),
            "(for (let (int i = 0) (int j = 1)) (< i n) (, (++ i) (*= j 2)) [(continue)])");
  EXPECT_EQ(dump_body("for (;;) break;"), "(for _ _ _ (break))");
  EXPECT_EQ(dump_body("for (const auto& t : tensors) g(t);"),
            "(each (const auto& t) tensors (call g t))");
  EXPECT_EQ(dump_body("for (auto [k, v] : {a, b}) g(k);"), "(each (auto k,v) { a b} (call g k))");
  EXPECT_EQ(dump_body("while (s > 1) s >>= 1;"), "(while (> s 1) (>>= s 1))");
  EXPECT_EQ(dump_body("do { --n; } while (n);"), "(do n [(-- n)])");
}

TEST(Statement, AliasesAndNothing) {
  EXPECT_EQ(dump_body("using T = std::vector<float>; typedef unsigned int u32; using namespace "
                      "torch; ; static_assert(1, \"\");"),
            "(using T std::vector<float>) (using u32 unsigned int) [] [] []");
  EXPECT_EQ(dump_body("using scalar_t = float; auto v = (scalar_t)(x);"),
            "(using scalar_t float) (let (auto v = (cast scalar_t x)))");
}

TEST(Statement, CheckMacrosOfTheFile) {
  const std::string macros =
      "#define CHECK_CUDA(x) TORCH_CHECK(x.is_cuda(), #x \" must be a CUDA tensor\")\n"
      "#define CHECK_CONTIGUOUS(x) TORCH_CHECK(x.is_contiguous(), #x \" must be contiguous\")\n"
      "#define CHECK_INPUT(x) CHECK_CUDA(x); \\\n  CHECK_CONTIGUOUS(x)\n";
  EXPECT_EQ(dump_body("CHECK_INPUT(y);", macros),
            "(call TORCH_CHECK (call y.is_cuda) \"y must be a CUDA tensor\") "
            "(call TORCH_CHECK (call y.is_contiguous) \"y must be contiguous\")");
  EXPECT_EQ(dump_body("TORCH_CHECK(ok) g();"), "(call TORCH_CHECK ok) (call g)");
  EXPECT_EQ(dump_body("do { cudaError_t e = (call()); if (e != cudaSuccess) { printf(\"%d\\n\", "
                      "__LINE__); } } while (0);"),
            "(do 0 [(let (cudaError_t e = (call call))) (if (!= e cudaSuccess) [(call printf "
            "\"%d\n\" 2)])])");
}

}  // namespace
}  // namespace cudal1::program
