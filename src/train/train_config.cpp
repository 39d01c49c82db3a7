#include "cudal1/train/train_config.h"

#include <algorithm>

#include "config_key.h"
#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/core/nearest.h"
#include "cudal1/core/shorten.h"

namespace cudal1::train {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxBytes = 1u << 20;
constexpr size_t kMaxShownBytes = 80;

std::string shown(const Json& value) {
  return shortened(value.dump(-1, ' ', false, Json::error_handler_t::replace), kMaxShownBytes);
}

// The parser's own words without its "[json.exception.parse_error.101]".
std::string plain(const std::string& text) {
  const size_t bracket = text.find("] ");
  return bracket == std::string::npos ? text : text.substr(bracket + 2);
}

// Collects problems so that all are told at once.
class Reader {
 public:
  void read(const Json& object, const std::string& within = "") {
    for (const auto& [name, value] : object.items()) {
      const auto section = std::ranges::find(config_sections(), within + name, &Section::name);
      if (section != config_sections().end())
        read_section(*section, value);
      else
        read_value(within + name, value);
    }
  }

  // Nothing is missed where something is wrong: that may be why.
  TrainConfig finish(const fs::path& file) {
    if (problems_.empty()) problems_ = omissions_of(config_);
    for (std::string& problem : contradictions_of(config_)) problems_.push_back(std::move(problem));
    if (problems_.empty()) return std::move(config_);
    const std::string advice = "cudal1 train --help shows every key with what it means.";
    if (problems_.size() == 1) throw DataError(file.string() + ": " + problems_[0], advice);
    std::string all = file.string() + ": " + std::to_string(problems_.size()) + " problems:";
    for (const std::string& problem : problems_) all += "\n  - " + problem;
    throw DataError(all, advice);
  }

 private:
  void read_section(const Section& section, const Json& value) {
    if (value.is_null()) return;
    if (!value.is_object())
      return problems_.push_back(section.name + " is " + shown(value) + ", expected an object");
    section.open(config_);
    read(value, section.name + ".");
  }

  // null says as little as no key at all.
  void read_value(const std::string& name, const Json& value) {
    const auto key = std::ranges::find(config_keys(), name, &Key::name);
    if (key == config_keys().end()) return refuse_unknown(name);
    try {
      if (!value.is_null() && !key->read(value, config_))
        problems_.push_back(name + " is " + shown(value) + ", expected " + key->accepts);
    } catch (const DataError& error) {
      problems_.emplace_back(error.what());
    }
  }

  void refuse_unknown(const std::string& name) {
    std::vector<std::string> names;
    for (const Key& key : config_keys()) names.push_back(key.name);
    for (const Section& section : config_sections()) names.push_back(section.name);
    const std::string guess = nearest(name, names);
    problems_.push_back("unknown key \"" + name + "\"" +
                        (guess.empty() ? "" : "; did you mean \"" + guess + "\"?"));
  }

  TrainConfig config_;
  std::vector<std::string> problems_;
};

Json parse(const fs::path& file) {
  try {
    return Json::parse(read_file(file, kMaxBytes), nullptr, true, /*ignore_comments=*/true);
  } catch (const Json::exception& error) {  // also a number that no double holds
    throw DataError(file.string() + " is not JSON: " + plain(error.what()),
                    "Comments may begin with //, but no comma stands behind the last key.");
  }
}

void make_absolute(fs::path& path, const fs::path& folder) {
  if (!path.empty()) path = fs::absolute(folder / path).lexically_normal();
}

std::string shown_default(const Key& key) {
  TrainConfig defaults;
  defaults.train_tokenizer.emplace();
  const Json value = key.write(defaults);
  return value.is_null() || (value.is_array() && value.empty()) ? "none" : value.dump();
}

}  // namespace

TrainConfig read_train_config(const fs::path& file) {
  const Json object = parse(file);
  if (!object.is_object())
    throw DataError(file.string() + " is " + shown(object) +
                    ", expected an object {\"key\": value}");
  Reader reader;
  reader.read(object);
  TrainConfig config = reader.finish(file);
  const fs::path folder = file.parent_path();
  for (fs::path* path : {&config.start, &config.start_adapter, &config.tokenizer})
    make_absolute(*path, folder);
  for (auto* paths : {&config.data, &config.heldout})
    for (fs::path& path : *paths) make_absolute(path, folder);
  return config;
}

std::string to_json(const TrainConfig& given) {
  TrainConfig config = given;
  Json object = Json::object();
  for (const Key& key : config_keys()) {
    const Section* section = section_of(key);
    if (!section)
      object[key.name] = key.write(config);
    else if (section->is_open(config))
      object[section->name][key.name.substr(section->name.size() + 1)] = key.write(config);
    else
      object[section->name] = nullptr;
  }
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string describe_train_config() {
  std::string text;
  for (const Key& key : config_keys())
    text += key.name + " (" + key.accepts + "; default " + shown_default(key) +
            "): " + key.meaning + "\n";
  return text;
}

}  // namespace cudal1::train
