// A unified diff of two texts, by lines.
#pragma once

#include <string>
#include <string_view>

#include "cudal1/cli/style.h"

namespace cudal1::cli {

struct DiffOptions {
  std::string from = "a", to = "b";  // names in the header
  int context = 3;
};

// Empty when the texts are equal. Shortest edit script (Myers 1986); texts whose difference is
// beyond any reader (thousands of edits) are shown as one whole replacement.
std::string unified_diff(std::string_view before, std::string_view after,
                         const DiffOptions& options, const Style& style);

}  // namespace cudal1::cli
