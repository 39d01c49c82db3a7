// The settings a tuner chooses from: a grid of named parameters. Knows no program.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "cudal1/core/rng.h"

namespace cudal1::search {

struct Parameter {
  std::string name;
  std::vector<std::string>
      values;  // by number where all are numbers, so that neighbours are adjacent
  size_t default_index = 0;
  // Those that the coarse grid has, ascending; the others are met as neighbours only.
  std::vector<size_t> coarse;
};

// Sorts, drops repeated values, adds the default if it is missing; every value is coarse.
Parameter make_parameter(std::string name, std::vector<std::string> values,
                         const std::string& default_value);
// 32, 64, … 1024 and `size` coarsely, other multiples of 32 as their neighbours.
Parameter make_block_parameter(std::string name, int64_t size);

// One index into `values` per parameter.
using Point = std::vector<size_t>;

class ParameterSpace {
 public:
  explicit ParameterSpace(std::vector<Parameter> parameters);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  const std::string& value(const Point& point, size_t parameter) const;
  // Points of the coarse grid; the largest size_t when there are more.
  size_t size() const { return size_; }
  Point at(
      size_t index) const;  // of the coarse grid, index < size(), which must not have overflowed
  Point default_point() const;
  Point random(Rng& rng) const;  // of the coarse grid
  // One parameter changed to the next coarse or the next fine value, downwards or upwards.
  std::vector<Point> neighbours(const Point& point) const;

 private:
  std::vector<Parameter> parameters_;
  size_t size_ = 1;
};

}  // namespace cudal1::search
