#include "point_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace cudal1::search {
namespace {

std::vector<std::string> numbers(int count) {
  std::vector<std::string> result;
  for (int i = 0; i < count; ++i) result.push_back(std::to_string(i));
  return result;
}

ParameterSpace grid(int dimensions, int values) {
  return ParameterSpace(std::vector<Parameter>(static_cast<size_t>(dimensions),
                                               make_parameter("P", numbers(values), "0")));
}

using Score = std::function<double(const Point&)>;

// Every point tried, in order.
std::vector<Point> tried(const ParameterSpace& space, PointSearchOptions options,
                         const Score& score, size_t evaluations, size_t batch = 8) {
  PointSearch search(space, std::move(options));
  search.observe(space.default_point(), score(space.default_point()));
  std::vector<Point> points;
  while (points.size() < evaluations) {
    const auto proposed = search.propose(std::min(batch, evaluations - points.size()));
    if (proposed.empty()) break;
    for (const Point& point : proposed) search.observe(point, score(point));
    points.insert(points.end(), proposed.begin(), proposed.end());
  }
  return points;
}

size_t distinct(const std::vector<Point>& points) {
  return std::set<Point>(points.begin(), points.end()).size();
}

// One hill, with its top in the middle of the grid.
Score hill(double top) {
  return [top](const Point& point) {
    double distance = 0;
    for (size_t x : point) distance += std::abs(static_cast<double>(x) - top);
    return 1 / (1 + distance);
  };
}

TEST(PointSearch, TriesASmallSpaceWholeButTheDefault) {
  const ParameterSpace space = grid(2, 5);
  const auto points = tried(space, {}, hill(2), 1000);
  EXPECT_EQ(points.size(), 24u);
  EXPECT_EQ(distinct(points), 24u);
  EXPECT_EQ(std::ranges::count(points, space.default_point()), 0);
}

TEST(PointSearch, OrderIsRandomBySeed) {
  const ParameterSpace space = grid(2, 5);
  const auto run = [&](uint64_t seed) { return tried(space, {.seed = seed}, hill(2), 1000); };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(PointSearch, LargeSpaceIsDeterministicBySeedToo) {
  const ParameterSpace space = grid(4, 10);
  const auto run = [&](uint64_t seed) { return tried(space, {.seed = seed}, hill(7), 200); };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST(PointSearch, ClimbsAHillThatRandomTriesWouldMiss) {
  const ParameterSpace space = grid(6, 10);  // a million points, one top
  const Score score = hill(7);
  for (uint64_t seed = 0; seed < 10; ++seed) {
    const auto points = tried(space, {.budget = 300, .seed = seed}, score, 300);
    EXPECT_EQ(points.size(), 300u);
    EXPECT_EQ(distinct(points), 300u);
    EXPECT_TRUE(std::ranges::any_of(points, [&](const Point& p) { return score(p) == 1; })) << seed;
  }
}

TEST(PointSearch, AThirdOfTheBudgetIsRandom) {
  const ParameterSpace space = grid(6, 10);
  PointSearch search(space, {.budget = 90});
  // Nothing is observed, so nothing can be a neighbour; a climb would need a base.
  EXPECT_EQ(search.propose(30).size(), 30u);
  search.observe(space.default_point(), 1);
  for (const Point& point : search.propose(6)) {
    size_t changed = 0;
    for (size_t x : point) changed += x != 0;
    EXPECT_EQ(changed, 1u);
  }
}

TEST(PointSearch, LeavesALocalOptimum) {
  const ParameterSpace space = grid(2, 40);
  // A low top around 10 that holds three quarters of the space, a high one around 35.
  const Score score = [](const Point& p) {
    const double x = static_cast<double>(p[0]);
    const double y = static_cast<double>(p[1]);
    const double low = 1 - (std::abs(x - 10) + std::abs(y - 10)) / 80;
    const double high = 3 - (std::abs(x - 35) + std::abs(y - 35)) / 3;
    return std::max({low, high, 0.0});
  };
  int found = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto points = tried(space, {.budget = 300, .seed = seed}, score, 300);
    EXPECT_EQ(distinct(points), points.size());
    found += std::ranges::any_of(points, [&](const Point& p) { return score(p) == 3; });
  }
  EXPECT_GE(found, 19);
}

TEST(PointSearch, ExhaustsASpaceABitOverTheLimit) {
  const ParameterSpace space = grid(2, 6);
  const auto points = tried(space, {.exhaustive_limit = 30}, hill(3), 1000);
  EXPECT_EQ(points.size(), 35u);
  EXPECT_EQ(distinct(points), 35u);
}

TEST(PointSearch, ProposesOnlyWhatIsAccepted) {
  const ParameterSpace space = grid(2, 5);
  const auto accept = [](const Point& point) { return (point[0] + point[1]) % 2 == 0; };
  const auto points = tried(space, {.accept = accept}, hill(2), 1000);
  EXPECT_EQ(points.size(), 12u);
  EXPECT_TRUE(std::ranges::all_of(points, accept));
  const auto large = tried(space, {.exhaustive_limit = 3, .accept = accept}, hill(2), 1000);
  EXPECT_EQ(large.size(), 12u);
}

TEST(PointSearch, RefinesTheBestBlockAfterTheCoarseGrid) {
  const ParameterSpace space({make_block_parameter("block", 256)});
  const Score score = [&](const Point& point) {
    return 1 / (1 + std::abs(std::stod(space.value(point, 0)) - 416));
  };
  const auto points = tried(space, {}, score, 1000, 2);
  for (size_t i = 0; i < 5; ++i) {
    const int threads = std::stoi(space.value(points[i], 0));
    EXPECT_EQ(threads & (threads - 1), 0) << threads;
  }
  EXPECT_TRUE(
      std::ranges::any_of(points, [&](const Point& p) { return space.value(p, 0) == "416"; }));
  EXPECT_LT(points.size(), 16u);
}

TEST(PointSearch, NothingToTuneIsNothingToPropose) {
  const ParameterSpace space({});
  EXPECT_TRUE(PointSearch(space, {}).propose(8).empty());
}

}  // namespace
}  // namespace cudal1::search
