#include "fields.h"

#include <cmath>
#include <limits>
#include <sstream>

#include "cudal1/core/error.h"
#include "json_text.h"

namespace cudal1::model {
namespace {

std::string spelled(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

std::string spelled(Integers range) {
  return "an integer from " + std::to_string(range.least) + " to " + std::to_string(range.most);
}

std::string spelled(Numbers range) {
  return "a number from " + spelled(range.least) + " to " + spelled(range.most);
}

bool fits(const nlohmann::json& value, Integers range) {
  if (!value.is_number_integer()) return false;
  constexpr auto kMost = uint64_t(std::numeric_limits<int64_t>::max());
  if (value.is_number_unsigned() && value.get<uint64_t>() > kMost) return false;
  const auto number = value.get<int64_t>();
  return range.least <= number && number <= range.most;
}

bool fits(const nlohmann::json& value, Numbers range) {
  if (!value.is_number()) return false;
  const auto number = value.get<double>();
  return std::isfinite(number) && range.least <= number && number <= range.most;
}

}  // namespace

Fields::Fields(const nlohmann::json& object, std::string name, std::string within)
    : object_(object), name_(std::move(name)), within_(std::move(within)) {
  if (object_.is_object()) return;
  const std::string what =
      within_.empty() ? name_ : name_ + ": " + within_.substr(0, within_.size() - 1);
  throw DataError(what + " is " + shown(object_) + ", expected an object");
}

bool Fields::present(const std::string& key) const { return object_.contains(key); }

bool Fields::has(const std::string& key) const {
  const auto found = object_.find(key);
  return found != object_.end() && !found->is_null();
}

const nlohmann::json& Fields::at(const std::string& key, const std::string& expected) const {
  const auto found = object_.find(key);
  if (found == object_.end()) refuse(key, expected);
  return *found;
}

int64_t Fields::integer(const std::string& key, Integers range) const {
  const nlohmann::json& value = at(key, spelled(range));
  if (!fits(value, range)) refuse(key, spelled(range));
  return value.get<int64_t>();
}

int64_t Fields::integer(const std::string& key, Integers range, int64_t fallback) const {
  return present(key) ? integer(key, range) : fallback;
}

double Fields::number(const std::string& key, Numbers range) const {
  const nlohmann::json& value = at(key, spelled(range));
  if (!fits(value, range)) refuse(key, spelled(range));
  return value.get<double>();
}

double Fields::number(const std::string& key, Numbers range, double fallback) const {
  return present(key) ? number(key, range) : fallback;
}

bool Fields::boolean(const std::string& key, bool fallback) const {
  if (!present(key)) return fallback;
  const nlohmann::json& value = object_[key];
  if (!value.is_boolean()) refuse(key, "true or false");
  return value.get<bool>();
}

std::string Fields::text(const std::string& key, const std::string& expected) const {
  const nlohmann::json& value = at(key, expected);
  if (!value.is_string()) refuse(key, expected);
  return value.get<std::string>();
}

Fields Fields::object(const std::string& key) const {
  return Fields(at(key, "an object"), name_, within_ + key + ".");
}

void Fields::refuse(const std::string& key, const std::string& expected) const {
  const std::string where = name_ + ": " + within_ + key;
  if (!present(key)) throw DataError(where + " is missing, expected " + expected);
  throw DataError(where + " is " + shown(object_[key]) + ", expected " + expected);
}

void Fields::contradict(const std::string& what) const { throw DataError(name_ + ": " + what); }

}  // namespace cudal1::model
