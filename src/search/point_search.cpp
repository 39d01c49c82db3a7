#include "point_search.h"

#include <numeric>
#include <utility>

namespace cudal1::search {
namespace {

// Draws in a row that may fail before the space counts as exhausted.
constexpr int kMaxDraws = 10000;

void shuffle(std::vector<size_t>& values, Rng& rng) {
  for (size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[rng.below(i)]);
}

}  // namespace

PointSearch::PointSearch(const ParameterSpace& space, PointSearchOptions options)
    : space_(space), options_(std::move(options)), rng_(options_.seed) {
  if (options_.budget == 0) options_.budget = options_.exhaustive_limit;
  proposed_.insert(space_.default_point());
  if (!exhaustive()) return;
  grid_.resize(space_.size());
  std::iota(grid_.begin(), grid_.end(), size_t(0));
  shuffle(grid_, rng_);
}

std::vector<Point> PointSearch::propose(size_t count) {
  std::vector<Point> points;
  restarting_ = false;
  while (points.size() < count) {
    auto point = next();
    if (!point) break;
    points.push_back(std::move(*point));
  }
  // A climb that has come to its end must not hold the next one down. What is observed from here on
  // are the random points of this batch.
  if (restarting_) {
    base_.reset();
    base_score_ = -1;
  }
  return points;
}

void PointSearch::observe(const Point& point, double score) {
  if (score <= base_score_) return;
  base_ = point;
  base_score_ = score;
}

size_t PointSearch::random_share() const { return options_.budget / 3; }

std::optional<Point> PointSearch::next() {
  if (exhaustive()) {
    auto point = next_of_grid();
    return point ? point : next_neighbour();
  }
  if (proposed_.size() <= random_share()) return next_random();
  if (!restarting_)
    if (auto point = next_neighbour()) return point;
  restarting_ = true;
  return next_random();
}

std::optional<Point> PointSearch::next_of_grid() {
  while (!grid_.empty()) {
    const Point point = space_.at(grid_.back());
    grid_.pop_back();
    if (take(point)) return point;
  }
  return std::nullopt;
}

std::optional<Point> PointSearch::next_neighbour() {
  if (!base_) return std::nullopt;
  for (const Point& point : space_.neighbours(*base_))
    if (take(point)) return point;
  return std::nullopt;
}

std::optional<Point> PointSearch::next_random() {
  for (int draw = 0; draw < kMaxDraws; ++draw) {
    const Point point = space_.random(rng_);
    if (take(point)) return point;
  }
  return std::nullopt;
}

bool PointSearch::take(const Point& point) {
  if (options_.accept && !options_.accept(point)) return false;
  return proposed_.insert(point).second;
}

}  // namespace cudal1::search
