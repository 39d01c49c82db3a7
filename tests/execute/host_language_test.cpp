// C++ semantics of the host side: widths, conversions, control flow, lists, checks.
#include <ATen/ATen.h>

#include "workshop.h"

namespace cudal1::execute {
namespace {

// Runs `int64_t f() { body }` (or another result type).
Value evaluate(const std::string& body, const std::string& result = "int64_t",
               const std::string& before = "") {
  Loaded loaded(sim_device(), "test.cu", before + "\n" + result + " f() { " + body + " }\n");
  const auto value = loaded.executor().call("f", {});
  if (!value.ok()) throw value.error();
  return *value;
}

int64_t integer(const std::string& body, const std::string& before = "") {
  return evaluate(body, "int64_t", before).as<Number>().as_int();
}

std::string failure(const std::string& body) {
  try {
    evaluate(body);
  } catch (const HostFailure& failed) {
    return failed.rule;
  }
  return "none";
}

TEST(HostLanguage, IntegersWrapAndTruncateAsInCpp) {
  EXPECT_EQ(integer("int x = 2147483647; x += 1; return x;"), INT32_MIN);
  EXPECT_EQ(integer("int64_t x = 2147483647; x += 1; return x;"), int64_t(1) << 31);
  EXPECT_EQ(integer("int x = int64_t(1) << 32; return x;"), 0);
  EXPECT_EQ(integer("return -7 / 2 * 10 + -7 % 3;"), -31);
  EXPECT_EQ(integer("unsigned x = 0; x -= 1; return x;"), 4294967295);
  EXPECT_EQ(integer("return 1 << 20;"), 1 << 20);
  EXPECT_EQ(integer("size_t n = 5; return (n + 255) / 256;"), 1);
  EXPECT_EQ(integer("return 0xFFu & ~0x0Fu;"), 0xF0);
}

TEST(HostLanguage, FloatsRoundAtTheirWidth) {
  EXPECT_EQ(evaluate("return 16777216.0f + 1.0f;", "float").as<Number>().d, 16777216.0);
  EXPECT_EQ(evaluate("return 16777216.0 + 1.0f;", "double").as<Number>().d, 16777217.0);
  EXPECT_EQ(integer("return int(2.9) + int(-2.9);"), 0);
  EXPECT_EQ(integer("return (int)ceil(7 / 2.0f);"), 4);
  EXPECT_EQ(integer("return std::lround(2.5) * 10 + (int)std::fmod(7.5, 4.0);"), 33);
  EXPECT_EQ(
      integer("return std::isfinite(1.0f) && std::isinf(-INFINITY) && std::trunc(-1.5) == -1;"), 1);
}

TEST(HostLanguage, ControlFlow) {
  EXPECT_EQ(integer("int s = 0; for (int i = 0; i < 10; ++i) { if (i == 3) continue; if (i == 6) "
                    "break; s += i; } return s;"),
            12);
  EXPECT_EQ(integer("int n = 1; while (n < 100) n *= 2; return n;"), 128);
  EXPECT_EQ(integer("int n = 0; do { n++; } while (n < 5); return n;"), 5);
  EXPECT_EQ(
      integer("switch (3) { case 1: return 1; case 3: case 4: return 34; default: return 0; }"),
      34);
  EXPECT_EQ(integer("int r = 0; switch (1) { case 1: r += 1; case 2: r += 2; break; default: r = "
                    "9; } return r;"),
            3);
  EXPECT_EQ(integer("return true ? 1 : 1 / 0;"), 1);
  EXPECT_EQ(integer("int x = 5; { int x = 6; x++; } return x;"), 5);
}

TEST(HostLanguage, ListsAreValues) {
  EXPECT_EQ(integer("std::vector<int64_t> a = {1, 2}; auto b = a; b.push_back(3); return a.size() "
                    "* 10 + b.size();"),
            23);
  EXPECT_EQ(integer("std::vector<int64_t> a(3, 7); a[1] = 2; int64_t s = 0; for (auto x : a) s += "
                    "x; return s;"),
            16);
  EXPECT_EQ(integer("auto v = torch::zeros({2, 3, 4}).sizes().vec(); v.erase(v.begin() + 1); "
                    "return v[0] * 10 + v[1];"),
            24);
  EXPECT_EQ(integer("auto t = torch::zeros({2, 3}); std::vector<int64_t> v(t.sizes().begin(), "
                    "t.sizes().end()); return v[0] * 10 + v[1];"),
            23);
  EXPECT_EQ(integer("int a[3] = {1, 2, 3}; a[0] += 4; return a[0] + sizeof(a);"), 17);
  EXPECT_EQ(integer("auto [a, b] = std::make_tuple(3, 4); return a * b;"), 12);
  EXPECT_EQ(integer("int a, b; std::tie(a, b) = std::make_tuple(3, 4); return a - b;"), -1);
}

TEST(HostLanguage, FunctionsTemplatesAndLambdas) {
  EXPECT_EQ(integer("return twice(21);", "int twice(int x, int times = 2) { return x * times; }"),
            42);
  EXPECT_EQ(integer("return pick<int, 5>(2);",
                    "template <typename T, int N> T pick(T x) { return x * N; }"),
            10);
  EXPECT_EQ(integer("return width(torch::ones({2}, "
                    "torch::dtype(torch::kFloat64).device(torch::kCUDA)).data_ptr<double>());",
                    "template <typename T> int64_t width(const T* x) { return sizeof(T); }"),
            8);
  EXPECT_EQ(integer("auto add = [&](int a, int b) { return a + b; }; return add(2, 3);"), 5);
  EXPECT_EQ(integer("return factorial(5);",
                    "int factorial(int n) { if (n < 2) return 1; return n * factorial(n - 1); }"),
            120);
  EXPECT_EQ(integer("return [&] { return 9; }();"), 9);
}

TEST(HostLanguage, OptionalsAndPointers) {
  EXPECT_EQ(integer("c10::optional<int64_t> a; return a.has_value() ? 1 : a.value_or(7);"), 7);
  EXPECT_EQ(integer("torch::optional<torch::Tensor> t = torch::ones({2}); return t.has_value() && "
                    "t->defined() ? t.value().numel() : 0;"),
            2);
  EXPECT_EQ(integer("auto t = torch::ones({4}, torch::kCUDA); const float* p = t.numel() > 3 ? "
                    "t.data_ptr<float>() : nullptr; return p != nullptr;"),
            1);
}

TEST(HostLanguage, WhatIsNotDoneIsRefusedRatherThanDoneWrong) {
  EXPECT_EQ(failure("int a = 5; int* p = &a; *p = 3; return a;"), "unsupported");
  EXPECT_EQ(failure("std::string s = \"ab\"; for (int i = 0; i < 40; ++i) s = s + s; return 0;"),
            "check");
  EXPECT_EQ(failure("std::string s = \"ab\"; for (int i = 0; i < 40; ++i) s += s; return 0;"),
            "check");
}

TEST(HostLanguage, UsingDeclarationsOfIndices) {
  EXPECT_EQ(integer("return torch::arange(10).index({Slice(2, 5)}).numel();",
                    "using torch::indexing::Slice;"),
            3);
}

TEST(HostLanguage, DispatchBindsItsType) {
  EXPECT_EQ(integer("auto t = torch::ones({4}, torch::kFloat64); int64_t s = 0; "
                    "AT_DISPATCH_FLOATING_TYPES(t.scalar_type(), \"f\", ([&] { s = "
                    "sizeof(scalar_t); })); return s;"),
            8);
  EXPECT_EQ(failure("auto t = torch::ones({4}, torch::kInt32); "
                    "AT_DISPATCH_FLOATING_TYPES(t.scalar_type(), \"f\", ([&] { })); return 0;"),
            "check");
}

TEST(HostLanguage, OperatorsTakeDefaultsOverloadsAndOptions) {
  EXPECT_EQ(integer("return torch::zeros({2, 3}, "
                    "torch::dtype(torch::kInt64).device(torch::kCUDA)).sum().item<int64_t>();"),
            0);
  EXPECT_EQ(integer("return torch::arange(0, 10).sum().item<int64_t>();"), 45);
  EXPECT_EQ(integer("return std::get<1>(torch::max(torch::arange(5), 0)).item<int64_t>();"), 4);
  EXPECT_EQ(
      integer(
          "auto x = torch::ones({2, 3}); return x.sum(1, true).dim() * 10 + x.mean({0, 1}).dim();"),
      20);
  EXPECT_EQ(integer("auto x = torch::ones({4}); x += 2; return (2 * x - 1).sum().item<int64_t>();"),
            20);
  EXPECT_EQ(integer("return torch::cat({torch::ones({2}), torch::ones({3})}, 0).numel();"), 5);
  EXPECT_EQ(integer("return torch::full({3}, 2.5, torch::kFloat64).element_size();"), 8);
  EXPECT_EQ(integer("return torch::ones({2}).to(torch::kHalf).element_size();"), 2);
  EXPECT_EQ(
      integer("auto [v, i] = torch::ones({3, 5}).topk(2, 1); return v.size(1) * 10 + i.size(0);"),
      23);
}

TEST(HostLanguage, FailuresHaveTheirRule) {
  EXPECT_EQ(failure("int z = 0; return 1 / z;"), "division_by_zero");
  EXPECT_EQ(failure("TORCH_CHECK(1 > 2, \"no\", 3); return 0;"), "check");
  EXPECT_EQ(failure("throw std::runtime_error(\"x\"); return 0;"), "throw");
  EXPECT_EQ(failure("return torch::ones({2}).matmul(torch::ones({3})).numel();"), "operator");
  EXPECT_EQ(failure("auto t = torch::ones({2}); return t.data_ptr<double>() != nullptr;"), "check");
  EXPECT_EQ(failure("std::vector<int> v; return v[0];"), "check");
  EXPECT_EQ(failure("return torch::ones({2}).set_(torch::ones({2})).numel();"), "refused_operator");
}

TEST(HostLanguage, DivisionByZeroNamesItsLine) {
  Loaded loaded(sim_device(), "test.cu", "int64_t f() {\n  int z = 0;\n  return 7 %\n z;\n}\n");
  const auto value = loaded.executor().call("f", {});
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().pos.line, 3);
}

TEST(HostLanguage, AlgorithmsOfStdWorkOnLists) {
  const std::string list = "std::vector<int64_t> v = {3, 1, 2}; ";
  EXPECT_EQ(integer(list + "std::sort(v.begin(), v.end()); return v[0] * 100 + v[1] * 10 + v[2];"),
            123);
  EXPECT_EQ(integer(list + "std::sort(v.begin(), v.end(), [](int64_t a, int64_t b) { return a > b; "
                           "}); return v[0] * 100 + v[1] * 10 + v[2];"),
            321);
  EXPECT_EQ(integer(list + "std::reverse(v.begin(), v.end()); return v[0] * 10 + v[2];"), 23);
  EXPECT_EQ(integer(list + "std::iota(v.begin(), v.end(), 5); return v[2];"), 7);
  EXPECT_EQ(integer(list + "std::fill(v.begin(), v.end(), 9); return v[0] + v[2];"), 18);
  EXPECT_EQ(integer(list + "return *std::max_element(v.begin(), v.end()) * 10 + "
                           "*std::min_element(v.begin(), v.end());"),
            31);
  EXPECT_EQ(integer(list + "return std::find(v.begin(), v.end(), 2) - v.begin();"), 2);
  EXPECT_EQ(integer(list + "return std::find(v.begin(), v.end(), 8) == v.end();"), 1);
  EXPECT_EQ(integer(list + "std::vector<int64_t> w(3); std::copy(v.begin(), v.end(), w.begin()); "
                           "return std::equal(v.begin(), v.end(), w.begin());"),
            1);
  const std::string odd = "[](int64_t x) { return x % 2 == 1; }";
  EXPECT_EQ(integer(list + "return std::any_of(v.begin(), v.end(), " + odd + ") * 100 + " +
                    "std::all_of(v.begin(), v.end(), " + odd + ") * 10 + " +
                    "std::none_of(v.begin(), v.end(), " + odd + ");"),
            100);
  EXPECT_EQ(integer(list + "return std::accumulate(v.begin(), v.end(), int64_t(1), [](int64_t a, "
                           "int64_t b) { return a * b; });"),
            6);
  EXPECT_EQ(failure(list + "std::vector<int64_t> w(2); std::copy(v.begin(), v.end(), w.begin()); "
                           "return 0;"),
            "check");
  EXPECT_EQ(failure(list + "std::sort(v.begin(), v.begin() + 9); return 0;"), "check");
}

TEST(HostLanguage, ReferencesChangeTheCallersVariables) {
  const std::string grow =
      "void grow(int& n, std::vector<int>& v, torch::Tensor& t) { n += 2; v = "
      "{n, n}; t = torch::ones({n}); }";
  EXPECT_EQ(integer("int n = 1; std::vector<int> v; torch::Tensor t; grow(n, v, t); return n * 100 "
                    "+ v.size() * 10 + t.numel();",
                    grow),
            323);
  EXPECT_EQ(integer("std::vector<int> list = {1, 5}; bump(list[1]); return list[1];",
                    "void bump(int& n) { n *= 2; }"),
            10);
  EXPECT_EQ(integer("int n = 3; keep(n); return n;", "void keep(const int& n) { }"), 3);
  EXPECT_EQ(integer("int n = 1; auto f = [&](int& m) { m = 7; }; f(n); return n;"), 7);
}

TEST(HostLanguage, VectorsOfComponents) {
  EXPECT_EQ(integer("float4 v = make_float4(1, 2, 3, 4); v.y = 7; return (int)(v.x + v.y + v.w);"),
            12);
  EXPECT_EQ(integer("int2 v{3, 4}; return v.x * 10 + v.y;"), 34);
}

TEST(HostLanguage, QuestionsAboutDtypesAndShapes) {
  EXPECT_EQ(integer("return at::promoteTypes(torch::kInt, torch::kFloat) == torch::kFloat && "
                    "at::toOpMathType(torch::kHalf) == torch::kFloat;"),
            1);
  EXPECT_EQ(integer("return c10::multiply_integers(torch::ones({2, 3}).sizes()) * 10 + "
                    "at::maybe_wrap_dim(-1, 4);"),
            63);
  EXPECT_EQ(
      integer("auto s = at::infer_size(torch::ones({4, 1}).sizes(), torch::ones({3}).sizes()); "
              "return s[0] * 10 + s[1];"),
      43);
  EXPECT_EQ(integer("return torch::cuda::is_available();"), 1);
}

TEST(HostLanguage, LoopsWithoutAnEndAreStopped) {
  for (const std::string body : {"while (true) {}", "for (;;) { int x = 1; x += 2; }",
                                 "auto t = torch::ones({1}); while (true) t = t + 1;"}) {
    Loaded loaded(sim_device(), "test.cu", "int64_t f() {\n" + body + "\nreturn 0; }\n");
    loaded.executor().set_host_limit(0.05);
    const auto value = loaded.executor().call("f", {});
    ASSERT_FALSE(value.ok()) << body;
    EXPECT_EQ(value.error().rule, "timeout") << body;
    EXPECT_EQ(value.error().pos.line, 2) << body;
  }
}

TEST(HostLanguage, OccupancyProposesABlock) {
  const std::string kernel = "__global__ void k(float* x) { x[threadIdx.x] = 1; }";
  EXPECT_EQ(integer("int grid = 0, block = 0; cudaOccupancyMaxPotentialBlockSize(&grid, &block, k, "
                    "0, 0); return block % 32 == 0 && block >= 128 && grid >= 132;",
                    kernel),
            1);
}

}  // namespace
}  // namespace cudal1::execute
