// The whole program: argv in, exit code out.
#pragma once

#include "cudal1/cli/services.h"

namespace cudal1::cli {

int run(int argc, char** argv);
// The same with the outside world replaced: tests drive it without processes, devices or a
// terminal.
int run(const std::vector<std::string>& argv, const Services& services);

}  // namespace cudal1::cli
