// Every option of the command line, declared once: the flag, its key in configuration files, its
// environment variable, its default and its help all come from this table.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1::cli {

// A set of commands is an or of these.
enum Verb : unsigned {
  kOptimize = 1,
  kEval = 2,
  kCheck = 4,
  kDoctor = 8,
  kSelftest = 16,
  kGenerate = 32,
  kTrain = 64
};

enum class OptionType {
  kSwitch,  // present or not; true or false in files and environment
  kText,
  kTexts,  // may be given several times
  kPath,
  kPaths,        // may be given several times
  kCount,        // non-negative integer
  kNumber,       // non-negative, with a fraction
  kDuration,     // 90, 90s, 1.5m, 2h
  kChoice,       // one of `choices`
  kAssignments,  // NAME=value, may be given several times; an object in files
};

// Where an option may be set: kFlagOnly are those that make sense for one run only.
enum class Places { kEverywhere, kFlagOnly };

// What an option means to some verbs only.
struct OwnMeaning {
  unsigned verbs;  // Verb bits
  std::string_view help;
};

struct Option {
  std::string_view name;  // "max-time": --max-time, the key "max-time", CUDAL1_MAX_TIME
  char letter;            // 'q' for -q, 0 for none
  OptionType type;
  unsigned verbs;             // Verb bits
  std::string_view value;     // how help names the value: "SECONDS"
  std::string_view fallback;  // default as text; empty: none
  std::string_view help;
  std::vector<std::string_view> choices = {};
  Places places = Places::kEverywhere;
  std::vector<OwnMeaning> own = {};

  std::string flag() const;         // "--max-time"
  std::string environment() const;  // "CUDAL1_MAX_TIME"
  bool has_own_meaning(Verb verb) const;
  std::string_view help_for(Verb verb) const;
  bool repeats() const {
    return type == OptionType::kTexts || type == OptionType::kPaths ||
           type == OptionType::kAssignments;
  }
};

std::span<const Option> all_options();
std::vector<const Option*> options_of(Verb verb);
const Option* find_option(std::string_view name);  // of any verb; null when there is none

}  // namespace cudal1::cli
