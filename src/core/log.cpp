#include "cudal1/core/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace cudal1::log {
namespace {

// spdlog's registry owns the logger; stderr, so that stdout stays data.
spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("cudal1", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("cudal1: %l: %v");
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return *instance;
}

}  // namespace

void set_level(Level level) {
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                   spdlog::level::warn, spdlog::level::err,
                                                   spdlog::level::off};
  logger().set_level(kLevels[static_cast<int>(level)]);
}

void debug(std::string_view message) { logger().debug("{}", std::string(message)); }
void info(std::string_view message) { logger().info("{}", std::string(message)); }
void warning(std::string_view message) { logger().warn("{}", std::string(message)); }
void error(std::string_view message) { logger().error("{}", std::string(message)); }

}  // namespace cudal1::log
