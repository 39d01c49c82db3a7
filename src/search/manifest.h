// The manifest of a run directory as JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cudal1/search/run_directory.h"

namespace cudal1::search {

std::string to_json(const Manifest& manifest);
std::optional<Manifest> manifest_from_json(std::string_view text);  // nullopt when malformed

}  // namespace cudal1::search
