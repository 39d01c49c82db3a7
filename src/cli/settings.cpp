#include "cudal1/cli/settings.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cudal1/cli/table.h"
#include "cudal1/cli/values.h"
#include "cudal1/cli/verbs.h"
#include "cudal1/core/assert.h"
#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/core/nearest.h"

namespace cudal1::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string join(const std::vector<std::string_view>& words, const char* between) {
  std::string result;
  for (const std::string_view word : words)
    result += (result.empty() ? "" : between) + std::string(word);
  return result;
}

// What a value of this option must look like; empty when `value` does.
std::string expected(const Option& option, const std::string& value) {
  switch (option.type) {
    case OptionType::kSwitch:
      return value == "true" || value == "false" ? "" : "true or false";
    case OptionType::kCount:
      return parse_count(value) ? "" : "a whole number, 0 or more";
    case OptionType::kNumber:
      return parse_number(value) ? "" : "a number, 0 or more";
    case OptionType::kDuration:
      return parse_duration(value) ? "" : "a time such as 90, 90s, 5m or 1.5h";
    case OptionType::kChoice:
      return std::ranges::count(option.choices, value) ? ""
                                                       : "one of " + join(option.choices, ", ");
    case OptionType::kAssignments:
      return parse_assignment(value) ? "" : "NAME=value";
    case OptionType::kText:
    case OptionType::kTexts:
    case OptionType::kPath:
    case OptionType::kPaths:
      return value.empty() ? "some text" : "";
  }
  return "";
}

// Collects problems so that all are told at once.
class Resolver {
 public:
  Resolver(const CommandLine& line, std::vector<std::string> problems)
      : verb_(line.verb), problems_(std::move(problems)) {
    for (const Option* option : options_of(verb_)) {
      Setting setting{option, {}, "default"};
      if (!option->fallback.empty()) setting.values.emplace_back(option->fallback);
      settings_.set(setting);
    }
  }

  void take(const Option& option, std::vector<std::string> values, const std::string& source) {
    for (const std::string& value : values) {
      const std::string wanted = expected(option, value);
      if (wanted.empty()) continue;
      const bool named = source == option.flag() || source == option.environment();
      problems_.push_back(source + ": " + (named ? "" : "\"" + std::string(option.name) + "\": ") + "'" + value +
                          "' is not " + wanted);
      return;
    }
    settings_.set({&option, std::move(values), source});
  }

  void take_file(const std::string& path) {
    try {
      const Json json =
          Json::parse(read_file(path, 1u << 20), nullptr, true, /*ignore_comments=*/true);
      if (!json.is_object())
        problems_.push_back(path + ": expected a JSON object {\"option\": value}");
      else
        for (const auto& [key, value] : json.items()) take_key(path, key, value);
    } catch (const Json::exception& error) {  // also a number that no double holds
      problems_.push_back(path + ": not JSON: " + plain(error.what()));
    } catch (const Error& error) {
      problems_.push_back("configuration file " + std::string(error.what()));
    }
  }

  void take_environment(const Environment& environment) {
    for (const Option* option : options_of(verb_)) {
      if (option->places == Places::kFlagOnly) continue;
      const std::optional<std::string> value = environment(option->environment());
      if (value) take(*option, split(*option, *value), option->environment());
    }
  }

  Settings finish() {
    if (problems_.empty()) return std::move(settings_);
    const std::string advice =
        "cudal1 " + std::string(name_of(verb_)) + " --help shows all options";
    if (problems_.size() == 1) throw UsageError(problems_[0], advice);
    std::string all = std::to_string(problems_.size()) + " problems:";
    for (const std::string& problem : problems_) all += "\n  - " + problem;
    throw UsageError(all, advice);
  }

 private:
  static std::string_view name_of(Verb verb) {
    return info(verb).name;
  }

  // The parser's own words without its "[json.exception.parse_error.101]".
  static std::string plain(std::string text) {
    const size_t bracket = text.find("] ");
    return bracket == std::string::npos ? text : text.substr(bracket + 2);
  }

  // In the environment several assignments are separated by spaces, several paths by colons.
  static std::vector<std::string> split(const Option& option, const std::string& text) {
    if (!option.repeats() || option.type == OptionType::kTexts) return {text};
    const char separator = option.type == OptionType::kPaths ? ':' : ' ';
    std::vector<std::string> parts;
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find(separator, begin), text.size());
      if (end > begin) parts.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    return parts;
  }

  void take_key(const std::string& path, const std::string& key, const Json& value) {
    const Option* option = find_option(key);
    if (!option || option->places == Places::kFlagOnly) {
      problems_.push_back(path + ": " + unknown_key(key, option));
      return;
    }
    // One file may serve several commands: what this one does not know is not for it.
    if (!(option->verbs & verb_)) return;
    const std::optional<std::vector<std::string>> values = texts(*option, value);
    if (!values)
      problems_.push_back(path + ": \"" + key + "\": " + value.dump() +
                          " is not a value it can have");
    else
      take(*option, *values, path);
  }

  static std::string unknown_key(const std::string& key, const Option* flag_only) {
    if (flag_only) return "\"" + key + "\" can only be given as " + flag_only->flag();
    std::vector<std::string> names;
    for (const Option& option : all_options())
      if (option.places == Places::kEverywhere) names.emplace_back(option.name);
    const std::string guess = nearest(key, names);
    return "unknown key \"" + key + "\"" +
           (guess.empty() ? "" : "; did you mean \"" + guess + "\"?");
  }

  static std::optional<std::string> scalar(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean() || value.is_number()) return value.dump();
    return std::nullopt;
  }

  static std::optional<std::vector<std::string>> texts(const Option& option, const Json& value) {
    std::vector<std::string> result;
    if (option.type == OptionType::kAssignments && value.is_object()) {
      for (const auto& [name, part] : value.items()) {
        const auto text = scalar(part);
        if (!text) return std::nullopt;
        result.push_back(name + "=" + *text);
      }
      return result;
    }
    if (value.is_array() && option.repeats()) {
      for (const Json& part : value) {
        const auto text = scalar(part);
        if (!text) return std::nullopt;
        result.push_back(*text);
      }
      return result;
    }
    const auto text = scalar(value);
    return text ? std::optional(std::vector{*text}) : std::nullopt;
  }

  Verb verb_;
  Settings settings_;
  std::vector<std::string> problems_;
};

std::string shown(const Setting& setting) {
  std::string result;
  for (const std::string& value : setting.values) result += (result.empty() ? "" : " ") + value;
  return result;
}

Json as_json(const Setting& setting) {
  switch (setting.option->type) {
    case OptionType::kSwitch:
      return setting.values[0] == "true";
    case OptionType::kCount:
      return *parse_count(setting.values[0]);
    case OptionType::kAssignments: {
      Json object = Json::object();
      for (const std::string& value : setting.values) {
        const auto [name, text] = *parse_assignment(value);
        object[name] = text;
      }
      return object;
    }
    case OptionType::kNumber:
      return *parse_number(setting.values[0]);
    case OptionType::kTexts:
    case OptionType::kPaths:
      return setting.values;
    default:
      return setting.values[0];
  }
}

}  // namespace

const Setting& Settings::of(std::string_view name) const {
  const auto found = std::ranges::find(settings_, name,
                                       [](const Setting& setting) { return setting.option->name; });
  CUDAL1_ASSERT(found != settings_.end());
  return *found;
}

bool Settings::on(std::string_view name) const { return text(name) == "true"; }

const std::string& Settings::text(std::string_view name) const {
  static const std::string none;
  const Setting& setting = of(name);
  return setting.values.empty() ? none : setting.values[0];
}

std::optional<uint64_t> Settings::count(std::string_view name) const {
  return is_set(name) ? parse_count(text(name)) : std::nullopt;
}

std::optional<double> Settings::number(std::string_view name) const {
  return is_set(name) ? parse_number(text(name)) : std::nullopt;
}

std::optional<std::chrono::milliseconds> Settings::duration(std::string_view name) const {
  return is_set(name) ? parse_duration(text(name)) : std::nullopt;
}

std::map<std::string, std::string> Settings::assignments(std::string_view name) const {
  std::map<std::string, std::string> result;
  for (const std::string& value : of(name).values)
    result.insert_or_assign(parse_assignment(value)->first, parse_assignment(value)->second);
  return result;
}

void Settings::set(Setting setting) {
  const auto same = [&](const Setting& other) { return other.option == setting.option; };
  const auto found = std::ranges::find_if(settings_, same);
  if (found == settings_.end())
    settings_.push_back(std::move(setting));
  else
    *found = std::move(setting);
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value && *value ? std::optional<std::string>(value) : std::nullopt;
  };
}

Settings resolve(const CommandLine& line, const Environment& environment,
                 const std::vector<std::string>& base_files) {
  Resolver resolver(line, line.problems);
  for (const std::string& path : base_files) resolver.take_file(path);
  for (const FlagValues& flag : line.flags)
    if (flag.option->name == "config" && !flag.option->has_own_meaning(line.verb))
      for (const std::string& path : flag.values) resolver.take_file(path);
  resolver.take_environment(environment);
  for (const FlagValues& flag : line.flags)
    resolver.take(*flag.option, flag.values, flag.option->flag());
  return resolver.finish();
}

std::string render_settings(const Settings& settings) {
  Table table({{"option"}, {"value"}, {"from"}});
  for (const Setting& setting : settings.all()) {
    if (setting.option->places == Places::kFlagOnly) continue;
    table.row({std::string(setting.option->name), shown(setting), setting.source});
  }
  return table.render(Style{});
}

std::string settings_to_json(const Settings& settings) {
  Json json = Json::object();
  for (const Setting& setting : settings.all())
    if (!setting.values.empty() && setting.option->places == Places::kEverywhere)
      json[std::string(setting.option->name)] = as_json(setting);
  return json.dump(2) + "\n";
}

}  // namespace cudal1::cli
