// Which points of a parameter space to try next. Knows no program, so it is tested on plain
// functions.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "parameter_space.h"

namespace cudal1::search {

struct PointSearchOptions {
  size_t exhaustive_limit = 256;
  size_t budget = 0;  // evaluations there will be; 0: unknown, taken as the limit
  uint64_t seed = 0;
  std::function<bool(const Point&)> accept;  // points that may be tried; empty: all
};

// Up to the limit: the whole coarse grid in random order, then a climb over fine neighbours of the
// best. Beyond it: a third of the budget at random, then climbs: the untried neighbours of the
// best; at a local optimum a new climb begins at the best of a batch of random points.
// The default point counts as tried. For a seed and the same scores, the same points.
class PointSearch {
 public:
  PointSearch(const ParameterSpace& space, PointSearchOptions options);

  // Up to `count` points, none proposed before; empty when nothing is left.
  std::vector<Point> propose(size_t count);
  // Larger is better; 0 for a failure. The default's too.
  void observe(const Point& point, double score);

 private:
  bool exhaustive() const { return space_.size() <= options_.exhaustive_limit; }
  size_t random_share() const;
  std::optional<Point> next_of_grid();
  std::optional<Point> next_neighbour();
  std::optional<Point> next_random();
  std::optional<Point> next();
  bool take(const Point& point);

  const ParameterSpace& space_;
  PointSearchOptions options_;
  Rng rng_;
  std::vector<size_t> grid_;  // what is left of the coarse grid, last first
  std::set<Point> proposed_;
  std::optional<Point> base_;  // of the climb: the best it has seen
  double base_score_ = -1;
  bool restarting_ =
      false;  // this batch is of random points, from whose best the next climb begins
};

}  // namespace cudal1::search
