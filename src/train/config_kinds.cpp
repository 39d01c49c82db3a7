#include "config_kinds.h"

#include <cmath>
#include <sstream>

namespace cudal1::train {

std::optional<int64_t> whole(const Json& value, Whole range) {
  if (!value.is_number_integer()) return std::nullopt;
  const bool too_large = value.is_number_unsigned() &&
                         value.get<uint64_t>() > uint64_t(std::numeric_limits<int64_t>::max());
  if (too_large) return std::nullopt;
  const auto number = value.get<int64_t>();
  return number >= range.least && number <= range.most ? std::optional(number) : std::nullopt;
}

std::optional<double> real(const Json& value, Real range) {
  if (!value.is_number()) return std::nullopt;
  const auto number = value.get<double>();
  const bool high = range.above_least ? number > range.least : number >= range.least;
  const bool low = range.below_most ? number < range.most : number <= range.most;
  return high && low && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<std::vector<std::string>> texts(const Json& value) {
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> list;
  for (const Json& one : value) {
    if (!one.is_string() || one.get_ref<const std::string&>().empty()) return std::nullopt;
    list.push_back(one);
  }
  return list;
}

std::string spelled(Whole range) {
  const std::string text = "a whole number from " + std::to_string(range.least);
  return range.most == Whole{}.most ? text : text + " to " + std::to_string(range.most);
}

std::string spelled(Real range) {
  std::ostringstream text;
  text << "a number " << (range.above_least ? "above " : "from ") << range.least;
  if (!std::isinf(range.most)) text << (range.below_most ? ", below " : ", at most ") << range.most;
  return text.str();
}

}  // namespace cudal1::train
