#include "cudal1/core/run_path.h"

#include <array>
#include <ctime>

namespace cudal1 {

std::string utc_now(const char* format) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), format, &parts);
  return text.data();
}

std::filesystem::path new_run_path(const std::string& name) {
  const auto base = std::filesystem::path("cudal1-runs") / (name + "-" + utc_now("%Y%m%dT%H%M%SZ"));
  std::filesystem::path path = base;
  for (int n = 2; std::filesystem::exists(path); ++n)
    path = base.string() + "-" + std::to_string(n);
  return path;
}

}  // namespace cudal1
