// Which bracket closes which.
#pragma once

#include <vector>

#include "program/token.h"

namespace cudal1::program {

// For each token that is one of ( [ {, the index of its partner; itself otherwise. Throws
// SyntaxError for a bracket without partner.
std::vector<size_t> match_brackets(const Tokens& tokens);

}  // namespace cudal1::program
