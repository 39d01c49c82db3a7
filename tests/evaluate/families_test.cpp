#include "families.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

namespace cudal1::evaluate {
namespace {

using execute::Value;
using execute::Values;

at::Tensor tensor_of(const std::optional<Values>& values, size_t i = 0) {
  return (*values)[i].as<at::Tensor>();
}

class EveryFamily : public testing::TestWithParam<Family> {};

TEST_P(EveryFamily, KeepsShapeTypeAndRangeAndChangesTheRest) {
  at::manual_seed(3);
  for (const at::ScalarType type : {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16}) {
    for (const at::Tensor& x : {at::randn({64, 33}).to(type), at::rand({5000}).add(0.5).to(type)}) {
      const auto derived = derive(GetParam(), {Value(x)}, 7);
      if (!derived) continue;
      const at::Tensor y = tensor_of(derived);
      EXPECT_EQ(y.sizes(), x.sizes());
      EXPECT_EQ(y.scalar_type(), type);
      EXPECT_LE(y.max().item().toDouble(), x.max().item().toDouble());
      EXPECT_GE(y.min().item().toDouble(), x.min().item().toDouble());
      EXPECT_FALSE(at::equal(x, y));
      EXPECT_TRUE(at::equal(y, tensor_of(derive(GetParam(), {Value(x)}, 7)))) << "the seed decides";
    }
  }
}

TEST_P(EveryFamily, LeavesIntegersMasksAndInfinitiesAlone) {
  const at::Tensor mask = at::tensor({0.0f, 1.0f, 1.0f, 0.0f}),
                   barrier = at::tensor({0.0f, -INFINITY, 2.0f});
  EXPECT_FALSE(derive(GetParam(), {Value(at::arange(9)), Value(mask), Value(barrier)}, 1));
}

INSTANTIATE_TEST_SUITE_P(All, EveryFamily,
                         testing::ValuesIn(all_families().begin(), all_families().end()),
                         [](const auto& info) {
                           std::string name = name_of(info.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Families, AGainOfOneAndABiasOfZeroAreSpread) {
  const auto derived =
      derive(Family::kRowScaled, {Value(at::ones({100})), Value(at::zeros({100}))}, 5);
  EXPECT_GT(tensor_of(derived, 0).std().item().toDouble(), 0.05);
  EXPECT_GT(tensor_of(derived, 1).std().item().toDouble(), 0.01);
}

TEST(Families, TenBitsOfMantissaMissTheFineOneAllInTheSameDirection) {
  at::manual_seed(1);
  const at::Tensor x =
      tensor_of(derive(Family::kFineMantissa, {Value(at::rand({4096}).add(1))}, 2)).to(at::kDouble);
  const at::Tensor half = x.to(at::kHalf).to(at::kDouble);
  const double bias = x.sub(half).div(x).mean().item().toDouble();
  EXPECT_GT(bias, 1.2e-4);
}

TEST(Families, TwoValuedSumsAreExact) {
  at::manual_seed(1);
  const at::Tensor x = tensor_of(derive(Family::kTwoValued, {Value(at::randn({256, 256}))}, 2));
  EXPECT_TRUE(at::equal(x.matmul(x).to(at::kDouble), x.to(at::kDouble).matmul(x.to(at::kDouble))));
  EXPECT_EQ(x.abs().max().item().toDouble(), 1);
  EXPECT_EQ(x.min().item().toDouble(), -1);
}

}  // namespace
}  // namespace cudal1::evaluate
