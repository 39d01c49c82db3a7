// Help texts: a document per command, made from the tables of verbs and options.
#pragma once

#include <string>

#include "cudal1/cli/verbs.h"

namespace cudal1::cli {

std::string general_help();
std::string help_of(Verb verb);
std::string version_line();                         // "cudal1 0.1.0"
std::string completions(const std::string& shell);  // bash or zsh; UsageError for others

}  // namespace cudal1::cli
