#include <gtest/gtest.h>

#include "dump.h"

namespace cudal1::program {
namespace {

std::string expression(const std::string& text, const std::string& declarations = "") {
  return dump_body(text + ";", declarations);
}

TEST(Expression, PrecedenceAndAssociativity) {
  EXPECT_EQ(expression("a + b * c - d"), "(- (+ a (* b c)) d)");
  EXPECT_EQ(expression("a = b = c << 2 | 1"), "(= a (= b (| (<< c 2) 1)))");
  EXPECT_EQ(expression("x ? y : z ? 1 : 2"), "(? x y (? z 1 2))");
  EXPECT_EQ(expression("!a && b == c || d"), "(|| (&& (! a) (== b c)) d)");
  EXPECT_EQ(expression("a >> 2 > b"), "(> (>> a 2) b)");
  EXPECT_EQ(expression("a >>= 1"), "(>>= a 1)");
  EXPECT_EQ(expression("*p++, --i"), "(, (* (post++ p)) (-- i))");
}

TEST(Expression, Literals) {
  EXPECT_EQ(expression("f(0x1F, 1'000'000, 0b101, 017, 42u, 1ull, 5000000000)"),
            "(call f 31 1000000 5 15 42u 1ul 5000000000l)");
  EXPECT_EQ(expression("f(1.5f, 1e-3, .5, 'a', '\\n')"),
            "(call f 1.500000f 0.001000 0.500000 97 10)");
  EXPECT_EQ(expression("f(\"a\" \"b\\t\", R\"x(raw \\n)x\")"), "(call f \"ab\t\" \"raw \\n\")");
  EXPECT_EQ(expression("f(nullptr, NULL, true)"), "(call f null null true)");
}

TEST(Expression, CastsOfEveryStyle) {
  EXPECT_EQ(expression("(float)x + 1"), "(+ (cast float x) 1)");
  EXPECT_EQ(expression("(int)(a / b)"), "(cast int (/ a b))");
  EXPECT_EQ(expression("(unsigned long long int)-x"), "(cast unsigned long long (- x))");
  EXPECT_EQ(expression("(const float*)p"), "(cast const float* p)");
  EXPECT_EQ(expression("(scalar_t)0"), "(cast scalar_t 0)");
  EXPECT_EQ(expression("static_cast<int64_t>(x)"), "(cast int64_t x)");
  EXPECT_EQ(expression("reinterpret_cast<const __half2*>(x.data_ptr<at::Half>())"),
            "(cast const __half2* (call x.data_ptr<at::Half>))");
  EXPECT_EQ(expression("dim3(1, n)"), "(cast dim3 1 n)");
  EXPECT_EQ(expression("std::vector<int64_t>{1, 2}"), "{std::vector<int64_t> 1 2}");
}

TEST(Expression, ParenthesesAreNoCasts) {
  EXPECT_EQ(dump_body("int n = 1; g((n) - 1); g((n) * n); g((n)(2));"),
            "(let (int n = 1)) (call g (- n 1)) (call g (* n n)) (call g (call n 2))");
  EXPECT_EQ(expression("(unknown) - 1"), "(- unknown 1)");
  EXPECT_EQ(expression("(Pair)x", "struct Pair { int a; };"), "(cast Pair x)");
}

TEST(Expression, LessThanOrTemplate) {
  EXPECT_EQ(dump_body("int i = 0; if (i < n && m > (4)) g();"),
            "(let (int i = 0)) (if (&& (< i n) (> m 4)) (call g))");
  EXPECT_EQ(expression("a.size < b.size && c > (d)"), "(&& (< a.size b.size) (> c d))");
  EXPECT_EQ(expression("launch<float, 4>(x)"), "(call launch<float, =4> x)");
  EXPECT_EQ(expression("std::min<int64_t>(a, b)"), "(call std::min<int64_t> a b)");
  EXPECT_EQ(expression("std::numeric_limits<float>::max()"),
            "(call std::numeric_limits::max<float>)");
  EXPECT_EQ(expression("x.template data_ptr<scalar_t>()"), "(call x.data_ptr<scalar_t>)");
  EXPECT_EQ(expression("g<std::vector<std::vector<int>>>(x)"),
            "(call g<std::vector<std::vector<int>>> x)");
}

TEST(Expression, Launches) {
  const std::string kernel = "template <typename T, int N> __global__ void k(T* x) {}";
  EXPECT_EQ(
      expression("k<scalar_t, 4><<<dim3(a, b), t, 0, stream>>>(x.data_ptr<scalar_t>(), n)", kernel),
      "(launch k<scalar_t, =4> [(cast dim3 a b) t 0 stream] (call x.data_ptr<scalar_t>) n)");
  EXPECT_EQ(expression("(k<float, 2>)<<<g, 32>>>(x)", kernel),
            "(launch k<float, =2> [g 32 _ _] x)");
  EXPECT_EQ(expression("k<<<n > 4 ? 1 : n >> 2, {16, 16}, m * sizeof(float)>>>(x)", kernel),
            "(launch k [(? (> n 4) 1 (>> n 2)) { 16 16} (* m (sizeof float)) _] x)");
  EXPECT_EQ(expression("cudaFuncSetAttribute(k<float, 4>, attr, 65536)", kernel),
            "(call cudaFuncSetAttribute k<float, =4> attr 65536)");
}

TEST(Expression, LaunchesAsFormattersLeaveThem) {
  const std::string kernel = "template <typename T> __global__ void k(T* x) {}";
  EXPECT_EQ(expression("k << <(n + 255) / 256, 256 >> > (x)", kernel),
            "(launch k [(/ (+ n 255) 256) 256 _ _] x)");
  EXPECT_EQ(expression("k<float> << <g, b >> >(x)", kernel), "(launch k<float> [g b _ _] x)");
  EXPECT_EQ(expression("k < < < g, b >>> (x)", kernel), "(launch k [g b _ _] x)");
}

TEST(Expression, Lambdas) {
  EXPECT_EQ(expression("auto f = [&](int a, auto b) -> int { return a; }"),
            "(let (auto f = (lambda (int a, auto b) [(return a)])))");
  EXPECT_EQ(expression("auto v = [&] { return 1; }()"),
            "(let (auto v = (call (lambda () [(return 1)]))))");
}

TEST(Expression, TensorsAndStreams) {
  EXPECT_EQ(
      expression("auto y = torch::empty({n, 4}, x.options().dtype(torch::kFloat16))"),
      "(let (auto y = (call torch::empty { n 4} (call (call x.options).dtype torch::kFloat16))))");
  EXPECT_EQ(expression("std::cerr << \"bad: \" << cudaGetErrorString(e) << std::endl"),
            "(<< (<< (<< std::cerr \"bad: \") (call cudaGetErrorString e)) std::endl)");
  EXPECT_EQ(expression("x[0][i]"), "(at (at x 0) i)");
  EXPECT_EQ(expression("p->size(-1)"), "(call p->size (- 1))");
  EXPECT_EQ(expression("sizeof(float4) * sizeof x"), "(* (sizeof float4) (sizeof x))");
}

TEST(Expression, PositionsAreThoseOfTheFile) {
  const Program program = parsed("void f() {\n  g(1,\n    k.h());\n}\n");
  const auto& block = std::get<BlockStmt>(function_of(program, "f").body->node);
  const Expr& call = *std::get<ExprStmt>(block.body[0]->node).expr;
  EXPECT_EQ(call.pos.line, 2);
  EXPECT_EQ(call.pos.column, 3);
  const Expr& inner = *std::get<CallExpr>(call.node).args[1];
  EXPECT_EQ(inner.pos.line, 3);
}

}  // namespace
}  // namespace cudal1::program
