// Talk for people, on stderr. stdout is data and is never written here.
#pragma once

#include <string_view>

namespace cudal1::log {

enum class Level { kDebug, kInfo, kWarning, kError, kOff };

void set_level(Level level);
void debug(std::string_view message);
void info(std::string_view message);
void warning(std::string_view message);
void error(std::string_view message);

}  // namespace cudal1::log
