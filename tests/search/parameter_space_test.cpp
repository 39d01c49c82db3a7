#include "parameter_space.h"

#include <gtest/gtest.h>

#include <set>

namespace cudal1::search {
namespace {

using Strings = std::vector<std::string>;

TEST(Parameter, OrdersNumbersAsNumbers) {
  const Parameter p = make_parameter("BLOCK", {"64", "1024", "0x80", "256", "64"}, "256");
  EXPECT_EQ(p.values, (Strings{"64", "0x80", "256", "1024"}));
  EXPECT_EQ(p.default_index, 2u);
  EXPECT_EQ(p.coarse.size(), 4u);
}

TEST(Parameter, KeepsWordsAsWritten) {
  EXPECT_EQ(make_parameter("TYPE", {"float4", "float", "2"}, "float").values,
            (Strings{"float4", "float", "2"}));
}

TEST(Parameter, AddsADefaultThatIsNotAmongTheValues) {
  const Parameter p = make_parameter("N", {"1", "4"}, "2");
  EXPECT_EQ(p.values, (Strings{"1", "2", "4"}));
  EXPECT_EQ(p.default_index, 1u);
}

TEST(BlockParameter, IsCoarseInPowersOfTwoAndTheGivenSize) {
  const Parameter p = make_block_parameter("block", 96);
  EXPECT_EQ(p.values.size(), 32u);
  Strings coarse;
  for (size_t index : p.coarse) coarse.push_back(p.values[index]);
  EXPECT_EQ(coarse, (Strings{"32", "64", "96", "128", "256", "512", "1024"}));
  EXPECT_EQ(p.values[p.default_index], "96");
  EXPECT_EQ(make_block_parameter("block", 100).values.size(), 33u);
}

ParameterSpace small() {
  return ParameterSpace(
      {make_parameter("A", {"1", "2", "4"}, "2"), make_parameter("B", {"x", "y"}, "x")});
}

TEST(ParameterSpace, EnumeratesItsGridOnce) {
  const ParameterSpace space = small();
  EXPECT_EQ(space.size(), 6u);
  std::set<Point> points;
  for (size_t i = 0; i < space.size(); ++i) points.insert(space.at(i));
  EXPECT_EQ(points.size(), 6u);
  EXPECT_TRUE(points.contains(space.default_point()));
  EXPECT_EQ(space.value(space.default_point(), 0), "2");
}

TEST(ParameterSpace, NeighboursDifferInOneAdjacentValue) {
  const auto neighbours = small().neighbours({1, 0});
  EXPECT_EQ((std::set<Point>(neighbours.begin(), neighbours.end())),
            (std::set<Point>{{0, 0}, {2, 0}, {1, 1}}));
  const auto corner = small().neighbours({0, 1});
  EXPECT_EQ((std::set<Point>(corner.begin(), corner.end())), (std::set<Point>{{1, 1}, {0, 0}}));
}

TEST(ParameterSpace, NeighboursOfABlockAreCoarseAndFine) {
  const ParameterSpace space({make_block_parameter("block", 256)});
  std::set<std::string> values;
  for (const Point& point : space.neighbours(space.default_point()))
    values.insert(space.value(point, 0));
  EXPECT_EQ(values, (std::set<std::string>{"128", "512", "224", "288"}));
  values.clear();
  for (const Point& point : space.neighbours({9}))  // 320
    values.insert(space.value(point, 0));
  EXPECT_EQ(values, (std::set<std::string>{"256", "512", "288", "352"}));
}

TEST(ParameterSpace, NothingToTuneIsOnePoint) {
  const ParameterSpace space({});
  EXPECT_EQ(space.size(), 1u);
  EXPECT_EQ(space.at(0), space.default_point());
  EXPECT_TRUE(space.neighbours({}).empty());
}

TEST(ParameterSpace, SizeSaturates) {
  std::vector<Parameter> many(70, make_parameter("P", {"0", "1"}, "0"));
  EXPECT_EQ(ParameterSpace(many).size(), std::numeric_limits<size_t>::max());
}

}  // namespace
}  // namespace cudal1::search
