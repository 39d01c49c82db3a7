#include "compare.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cudal1::evaluate {
namespace {

Expected expected(const at::Tensor& value) {
  return {value, {}, tolerance_for(value.scalar_type())};
}
bool right(const at::Tensor& got, const Expected& wanted) { return !compare(got, wanted, -1); }

TEST(Compare, RoundingPassesAndAPerMilleDoesNot) {
  at::manual_seed(1);
  const at::Tensor x = at::randn({10000});
  EXPECT_TRUE(right(x * (1 + 3e-5), expected(x)));
  EXPECT_FALSE(right(x * 1.001, expected(x)));
  const at::Tensor one = x.clone();
  one[77] += 0.01;
  const auto mismatch = compare(one, expected(x), -1);
  ASSERT_TRUE(mismatch);
  EXPECT_EQ(mismatch->count, 1u);
  EXPECT_NE(mismatch->message.find("[77]"), std::string::npos);
}

TEST(Compare, NearTheTruthIsAsGoodAsNearTheReferenceAndBetweenThemIsNot) {
  Expected wanted = expected(at::full({100}, 3, at::kBFloat16));
  const auto all = [](double value) { return at::full({100}, value, at::kBFloat16); };
  EXPECT_FALSE(right(all(1), wanted));
  wanted.truth = std::make_shared<at::Tensor>();  // not known yet
  EXPECT_FALSE(right(all(1), wanted));
  *wanted.truth = at::full({100}, 1, at::kFloat);
  at::Tensor mixed = all(1);
  mixed[7] = 3;
  EXPECT_TRUE(right(mixed, wanted));
  EXPECT_FALSE(right(all(2), wanted));
  mixed[8] = 2;
  EXPECT_EQ(compare(mixed, wanted, -1)->count, 1u);
}

TEST(Compare, ZerosNeverPassForSomething) {
  at::manual_seed(1);
  for (const double scale : {1e-30, 1e-6, 1.0, 1e6}) {
    const at::Tensor x = at::randn({1000}) * scale;
    EXPECT_FALSE(right(at::zeros_like(x), expected(x))) << scale;
  }
}

TEST(Compare, AHalfPrecisionShortcutIsNoSinglePrecisionResult) {
  at::manual_seed(1);
  const at::Tensor x = at::randn({10000});
  EXPECT_FALSE(right(x.to(at::kHalf).to(at::kFloat), expected(x)));
  EXPECT_FALSE(right(x.to(at::kBFloat16).to(at::kFloat), expected(x)));
}

TEST(Compare, TheExactValueIsTheTruthWhereThereIsOne) {
  const at::Tensor value = at::full({4}, 1.0f), exact = at::full({4}, 1.00004, at::kDouble);
  const Expected wanted{value, exact, {1e-5, 1e-5, 0}};
  EXPECT_TRUE(right(at::full({4}, 1.00004f), wanted));
  EXPECT_FALSE(right(value, wanted));
}

TEST(Compare, NotANumberIsRightOnlyWhereTheReferenceHasOne) {
  const at::Tensor x = at::tensor({1.0f, NAN, INFINITY});
  EXPECT_TRUE(right(x.clone(), expected(x)));
  EXPECT_FALSE(right(at::tensor({NAN, NAN, INFINITY}), expected(x)));
  EXPECT_FALSE(right(at::tensor({1.0f, NAN, -INFINITY}), expected(x)));
  EXPECT_FALSE(right(at::tensor({1.0f, NAN, 3.0f}), expected(x)));
  EXPECT_FALSE(right(at::tensor({1.0f, 2.0f, INFINITY}), expected(x)));
}

TEST(Compare, KernelBenchsRuleIsItsOwn) {
  const at::Tensor x = at::tensor({0.0f, 1.0f});
  const Expected wanted{x, {}, kernelbench_tolerance(at::kFloat)};
  EXPECT_TRUE(right(at::tensor({0.9e-4f, 1.00019f}), wanted));
  EXPECT_FALSE(right(at::tensor({1.1e-4f, 1.0f}), wanted));
  EXPECT_EQ(kernelbench_tolerance(at::kHalf).absolute, 1e-2);
  EXPECT_EQ(kernelbench_tolerance(at::kLong).absolute, 0);
}

TEST(Compare, RelativeErrorIsWhatTheToleranceBounds) {
  at::manual_seed(1);
  const at::Tensor exact = at::randn({1000}, at::kDouble),
                   got = exact + 1e-3 * at::randn({1000}, at::kDouble);
  const double error = relative_error(got, exact);
  EXPECT_TRUE(right(got, {got, exact, {error * 1.001, error * 1.001, 0}}));
  EXPECT_FALSE(right(got, {got, exact, {error * 0.999, error * 0.999, 0}}));
}

}  // namespace
}  // namespace cudal1::evaluate
