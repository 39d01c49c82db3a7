// Where a run leaves what it makes, if nobody says where.
#pragma once

#include <filesystem>
#include <string>

namespace cudal1 {

std::string utc_now(const char* format);  // as strftime has it

// cudal1-runs/NAME-20260131T120000Z, a name that nothing has yet: two runs may begin within one
// second.
std::filesystem::path new_run_path(const std::string& name);

}  // namespace cudal1
