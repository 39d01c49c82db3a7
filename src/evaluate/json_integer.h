// Numbers of messages and journals, which anything may have written: in range, or refused.
#pragma once

#include <concepts>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace cudal1::evaluate {

// std::out_of_range for what is no integer or does not fit. json::get would convert 1e99 as well.
template <std::integral T>
T integer(const nlohmann::json& value) {
  if (value.is_number_unsigned() && std::in_range<T>(value.get<uint64_t>()))
    return T(value.get<uint64_t>());
  if (value.is_number_integer() && !value.is_number_unsigned() &&
      std::in_range<T>(value.get<int64_t>()))
    return T(value.get<int64_t>());
  throw std::out_of_range("not an integer in range: " + value.dump());
}

}  // namespace cudal1::evaluate
