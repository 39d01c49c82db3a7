// --resume DIR: what the run in DIR was asked to do.
#pragma once

#include <string>
#include <vector>

namespace cudal1::cli {

// Its resolved configuration, to stand below what is given now; DataError when there is no run in
// DIR.
std::string config_of_run(const std::string& directory);
// Its program and variables, as they were given.
std::vector<std::string> arguments_of_run(const std::string& directory);

}  // namespace cudal1::cli
