// Recursive descent over PTX text.
#pragma once

#include <string_view>

#include "syntax.h"

namespace cudal1::sim {

// Throws SyntaxError. The result points into `text`.
ParsedModule parse_module(std::string_view text);

}  // namespace cudal1::sim
