// argv → which command, its arguments and the flags as written. Judges no values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cudal1/cli/options.h"

namespace cudal1::cli {

struct FlagValues {
  const Option* option;
  std::vector<std::string> values;  // one; several for options that repeat; {"true"} for switches
};

struct CommandLine {
  Verb verb = kOptimize;
  bool wants_help = false;
  std::vector<std::string> arguments;  // positional
  std::vector<FlagValues> flags;
  std::vector<std::string>
      problems;  // unknown flags, missing values: reported with all other problems
};

// `words`: what follows the command's name.
CommandLine parse_command_line(Verb verb, const std::vector<std::string>& words);

}  // namespace cudal1::cli
