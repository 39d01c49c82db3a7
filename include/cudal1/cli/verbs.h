// The commands, as help shows them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "cudal1/cli/options.h"

namespace cudal1::cli {

struct Example {
  std::string_view line, what;
};

struct Argument {
  std::string_view name, help;
};

struct VerbInfo {
  Verb verb;
  std::string_view name, usage, summary, description;
  std::vector<Argument> arguments;
  std::vector<Example> examples;
};

std::span<const VerbInfo> all_verbs();
const VerbInfo* find_verb(std::string_view name);
const VerbInfo& info(Verb verb);

}  // namespace cudal1::cli
