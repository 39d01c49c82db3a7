// The fields of a JSON object that a user's file holds: each is read once, with its type and range,
// or refused by name.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace cudal1::model {

struct Integers {
  int64_t least, most;
};
struct Numbers {
  double least, most;
};

// Views `object`, which must outlive it. Without a fallback a field is required; null is a value of
// its own, not absence.
class Fields {
 public:
  // `within` is where the object lies in its file: "rope_scaling." DataError where it is none.
  Fields(const nlohmann::json& object, std::string name, std::string within = "");

  bool present(const std::string& key) const;
  bool has(const std::string& key) const;  // present and not null
  const nlohmann::json& at(const std::string& key, const std::string& expected) const;

  int64_t integer(const std::string& key, Integers range) const;
  int64_t integer(const std::string& key, Integers range, int64_t fallback) const;
  double number(const std::string& key, Numbers range) const;
  double number(const std::string& key, Numbers range, double fallback) const;
  bool boolean(const std::string& key, bool fallback) const;
  std::string text(const std::string& key, const std::string& expected) const;
  Fields object(const std::string& key) const;

  // Says that `key` holds what it holds, and what is accepted.
  [[noreturn]] void refuse(const std::string& key, const std::string& expected) const;
  // Says of the whole object that something does not fit together.
  [[noreturn]] void contradict(const std::string& what) const;

  const nlohmann::json& json() const { return object_; }
  // Other fields under the same name: what an array holds, one element at a time.
  Fields like(const nlohmann::json& object) const { return Fields(object, name_, within_); }

 private:
  const nlohmann::json& object_;
  std::string name_, within_;
};

}  // namespace cudal1::model
