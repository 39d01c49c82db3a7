// One run of one command: what was asked, with what, through which services.
#pragma once

#include <string>
#include <vector>

#include "cudal1/cli/services.h"
#include "cudal1/cli/settings.h"
#include "cudal1/core/error.h"

namespace cudal1::cli {

struct Invocation {
  std::vector<std::string> argv;
  std::vector<std::string> arguments;  // positional
  Settings settings;
  const Services& services;
};

class Screen;
ExitCode optimize_command(const Invocation& invocation, Screen& screen);
ExitCode eval_command(const Invocation& invocation, Screen& screen);
ExitCode check_command(const Invocation& invocation, Screen& screen);
ExitCode doctor_command(const Invocation& invocation, Screen& screen);
ExitCode selftest_command(const Invocation& invocation, Screen& screen);
ExitCode generate_command(const Invocation& invocation, Screen& screen);
ExitCode train_command(const Invocation& invocation, Screen& screen);
// `cudal1 worker --compile | --scout | --evaluate`: started by cudal1 itself, never by people.
int worker_command(const std::vector<std::string>& words);

}  // namespace cudal1::cli
