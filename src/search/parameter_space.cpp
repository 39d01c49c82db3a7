#include "parameter_space.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <optional>

#include "cudal1/core/assert.h"

namespace cudal1::search {
namespace {

constexpr size_t kUncountable = std::numeric_limits<size_t>::max();
constexpr int64_t kWarp = 32;
constexpr int64_t kMaxBlock = 1024;

std::optional<double> as_number(const std::string& text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const char* begin = text.data() + (hex ? 2 : 0);
  const char* end = text.data() + text.size();
  if (hex) {
    uint64_t value = 0;
    const auto [stop, error] = std::from_chars(begin, end, value, 16);
    if (error == std::errc{} && stop == end) return static_cast<double>(value);
    return std::nullopt;
  }
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error == std::errc{} && stop == end) return value;
  return std::nullopt;
}

// Words keep the order they were written in: whoever wrote it may have meant one.
void sort_if_numbers(std::vector<std::string>& values) {
  if (!std::ranges::all_of(values, [](const auto& value) { return as_number(value).has_value(); }))
    return;
  std::ranges::stable_sort(values, {}, [](const auto& value) { return *as_number(value); });
}

bool is_power_of_two(int64_t value) { return (value & (value - 1)) == 0; }

// The position of `index` among the coarse ones, or where it would be.
size_t coarse_position(const Parameter& parameter, size_t index) {
  return static_cast<size_t>(std::ranges::lower_bound(parameter.coarse, index) -
                             parameter.coarse.begin());
}

}  // namespace

Parameter make_parameter(std::string name, std::vector<std::string> values,
                         const std::string& default_value) {
  values.push_back(default_value);
  std::vector<std::string> distinct;
  for (std::string& value : values)
    if (std::ranges::find(distinct, value) == distinct.end()) distinct.push_back(std::move(value));
  sort_if_numbers(distinct);
  Parameter parameter{std::move(name), std::move(distinct)};
  parameter.default_index = static_cast<size_t>(std::ranges::find(parameter.values, default_value) -
                                                parameter.values.begin());
  parameter.coarse.resize(parameter.values.size());
  std::iota(parameter.coarse.begin(), parameter.coarse.end(), size_t(0));
  return parameter;
}

Parameter make_block_parameter(std::string name, int64_t size) {
  std::vector<std::string> sizes;
  for (int64_t threads = kWarp; threads <= kMaxBlock; threads += kWarp)
    sizes.push_back(std::to_string(threads));
  Parameter parameter = make_parameter(std::move(name), std::move(sizes), std::to_string(size));
  std::erase_if(parameter.coarse, [&](size_t index) {
    const int64_t threads = std::stoll(parameter.values[index]);
    return index != parameter.default_index && !is_power_of_two(threads);
  });
  return parameter;
}

ParameterSpace::ParameterSpace(std::vector<Parameter> parameters)
    : parameters_(std::move(parameters)) {
  for (const Parameter& parameter : parameters_) {
    CUDAL1_ASSERT(!parameter.coarse.empty());
    const bool overflows = size_ > kUncountable / parameter.coarse.size();
    size_ = overflows ? kUncountable : size_ * parameter.coarse.size();
    if (overflows) break;
  }
}

const std::string& ParameterSpace::value(const Point& point, size_t parameter) const {
  return parameters_[parameter].values[point[parameter]];
}

Point ParameterSpace::at(size_t index) const {
  CUDAL1_ASSERT(index < size_ && size_ != kUncountable);
  Point point;
  for (const Parameter& parameter : parameters_) {
    point.push_back(parameter.coarse[index % parameter.coarse.size()]);
    index /= parameter.coarse.size();
  }
  return point;
}

Point ParameterSpace::default_point() const {
  Point point;
  for (const Parameter& parameter : parameters_) point.push_back(parameter.default_index);
  return point;
}

Point ParameterSpace::random(Rng& rng) const {
  Point point;
  for (const Parameter& parameter : parameters_)
    point.push_back(parameter.coarse[rng.below(parameter.coarse.size())]);
  return point;
}

std::vector<Point> ParameterSpace::neighbours(const Point& point) const {
  std::vector<Point> result;
  for (size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    std::vector<size_t> next;
    const size_t position = coarse_position(parameter, point[i]);
    if (position > 0) next.push_back(parameter.coarse[position - 1]);
    const bool is_coarse =
        position < parameter.coarse.size() && parameter.coarse[position] == point[i];
    if (const size_t above = position + (is_coarse ? 1 : 0); above < parameter.coarse.size())
      next.push_back(parameter.coarse[above]);
    if (point[i] > 0) next.push_back(point[i] - 1);
    if (point[i] + 1 < parameter.values.size()) next.push_back(point[i] + 1);
    for (size_t k = 0; k < next.size(); ++k) {
      if (std::find(next.begin(), next.begin() + static_cast<std::ptrdiff_t>(k), next[k]) !=
          next.begin() + static_cast<std::ptrdiff_t>(k))
        continue;
      result.push_back(point);
      result.back()[i] = next[k];
    }
  }
  return result;
}

}  // namespace cudal1::search
