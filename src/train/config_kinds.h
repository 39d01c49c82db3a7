// The kinds of values that keys have. `Member` gives the member of a TrainConfig&.
#pragma once

#include <optional>
#include <utility>

#include "config_key.h"

namespace cudal1::train {

struct Whole {
  int64_t least = 0, most = std::numeric_limits<int64_t>::max();
};
struct Real {
  double least = 0, most = std::numeric_limits<double>::infinity();
  bool above_least = false;  // the least itself is none that is accepted
  bool below_most = false;
};

// nullopt where `value` is no such thing.
std::optional<int64_t> whole(const Json& value, Whole range);
std::optional<double> real(const Json& value, Real range);
std::optional<std::vector<std::string>> texts(const Json& value);

std::string spelled(Whole range);  // "a whole number from 1 to 5"
std::string spelled(Real range);   // "a number above 0, at most 1"

template <typename Member>
Key whole_key(std::string name, Member member, Whole range, std::string meaning) {
  const auto read = [=](const Json& value, TrainConfig& config) {
    const auto number = whole(value, range);
    if (number) member(config) = std::remove_cvref_t<decltype(member(config))>(*number);
    return number.has_value();
  };
  return {std::move(name), spelled(range), std::move(meaning), read,
          [=](TrainConfig& config) { return Json(member(config)); }};
}

template <typename Member>
Key real_key(std::string name, Member member, Real range, std::string meaning) {
  const auto read = [=](const Json& value, TrainConfig& config) {
    const auto number = real(value, range);
    if (number) member(config) = *number;
    return number.has_value();
  };
  return {std::move(name), spelled(range), std::move(meaning), read,
          [=](TrainConfig& config) { return Json(member(config)); }};
}

template <typename Member>
Key switch_key(std::string name, Member member, std::string meaning) {
  const auto read = [=](const Json& value, TrainConfig& config) {
    if (value.is_boolean()) member(config) = value.get<bool>();
    return value.is_boolean();
  };
  return {std::move(name), "true or false", std::move(meaning), read,
          [=](TrainConfig& config) { return Json(member(config)); }};
}

template <typename Member>
Key text_key(std::string name, Member member, std::string accepts, std::string meaning) {
  const auto read = [=](const Json& value, TrainConfig& config) {
    if (value.is_string()) member(config) = value.get<std::string>();
    return value.is_string();
  };
  return {std::move(name), std::move(accepts), std::move(meaning), read,
          [=](TrainConfig& config) { return Json(member(config)); }};
}

template <typename Member>
Key texts_key(std::string name, Member member, std::string meaning) {
  const auto read = [=](const Json& value, TrainConfig& config) {
    const auto list = texts(value);
    if (list) member(config) = *list;
    return list.has_value();
  };
  return {std::move(name), "a list of texts", std::move(meaning), read,
          [=](TrainConfig& config) { return Json(member(config)); }};
}

template <typename Member>
Key path_key(std::string name, Member member, std::string meaning) {
  const auto read = [=](const Json& value, TrainConfig& config) {
    const bool good = value.is_string() && !value.get_ref<const std::string&>().empty();
    if (good) member(config) = value.get<std::string>();
    return good;
  };
  const auto write = [=](TrainConfig& config) {
    return member(config).empty() ? Json(nullptr) : Json(member(config).string());
  };
  return {std::move(name), "a path", std::move(meaning), read, write};
}

template <typename Member>
Key paths_key(std::string name, Member member, std::string meaning) {
  const auto read = [=](const Json& value, TrainConfig& config) {
    const auto list = texts(value);
    if (list) member(config).assign(list->begin(), list->end());
    return list.has_value();
  };
  const auto write = [=](TrainConfig& config) {
    Json list = Json::array();
    for (const auto& path : member(config)) list.push_back(path.string());
    return list;
  };
  return {std::move(name), "a list of paths", std::move(meaning), read, write};
}

// One of several words, each standing for a value.
template <typename Value, typename Member>
Key choice_key(std::string name, Member member, std::vector<std::pair<std::string, Value>> choices,
               std::string meaning) {
  std::string accepts;
  for (const auto& [word, value] : choices)
    accepts += (accepts.empty() ? "\"" : ", \"") + word + "\"";
  const auto read = [=](const Json& given, TrainConfig& config) {
    for (const auto& [word, value] : choices) {
      if (given != word) continue;
      member(config) = value;
      return true;
    }
    return false;
  };
  const auto write = [=](TrainConfig& config) {
    for (const auto& [word, value] : choices)
      if (member(config) == value) return Json(word);
    return Json(nullptr);
  };
  return {std::move(name), "one of " + accepts, std::move(meaning), read, write};
}

}  // namespace cudal1::train
