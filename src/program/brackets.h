// Which bracket closes which.
#pragma once

#include <vector>

#include "program/token.h"

namespace cudal1::program {

// For each token that is one of ( [ {, the index of its partner; itself otherwise. Throws
// SyntaxError for a bracket without partner.
std::vector<size_t> match_brackets(const Tokens& tokens);

// For each '<' that opens a template argument list or looks as if it did, the index of its '>';
// itself otherwise.
std::vector<size_t> match_angles(const Tokens& tokens);

}  // namespace cudal1::program
