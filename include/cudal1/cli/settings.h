// The value of every option of a command, and where it came from:
// flags > environment > configuration files from left to right (the last wins) > defaults.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/cli/command_line.h"

namespace cudal1::cli {

struct Setting {
  const Option* option = nullptr;
  std::vector<std::string> values;  // empty: not set
  std::string source;               // "default", "--trials", "CUDAL1_TRIALS", "lab.json"
};

class Settings {
 public:
  const std::vector<Setting>& all() const { return settings_; }
  // Asking for an option that the command does not have is a bug.
  const Setting& of(std::string_view name) const;
  bool is_set(std::string_view name) const { return !of(name).values.empty(); }
  bool on(std::string_view name) const;
  const std::string& text(std::string_view name) const;  // empty when not set
  std::optional<uint64_t> count(std::string_view name) const;
  std::optional<double> number(std::string_view name) const;
  std::optional<std::chrono::milliseconds> duration(std::string_view name) const;
  std::map<std::string, std::string> assignments(std::string_view name) const;

  void set(Setting setting);  // replaces what is there

 private:
  std::vector<Setting> settings_;
};

// A variable's value, or nothing where it is not set. Tests give their own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

// UsageError naming every problem there is: unknown flags and keys (with suggestions), values of
// the wrong type. `base_files`: configuration files below those of --config (the one of a resumed
// run).
Settings resolve(const CommandLine& line, const Environment& environment,
                 const std::vector<std::string>& base_files = {});

// "trials   5   lab.json": a line per option.
std::string render_settings(const Settings& settings);
// As a configuration file: what was set by the user in any way, so that reading it back gives the
// same run.
std::string settings_to_json(const Settings& settings);

}  // namespace cudal1::cli
