// #pragma kernel tune(NAME=v1, v2, …) default(v)
#pragma once

#include <vector>

#include "cudal1/program/program.h"
#include "program/token.h"

namespace cudal1::program {

// `line`: the tokens of one directive, '#' included.
bool is_tune_pragma(const Tokens& line);

// Several parameters may share a line. Throws SyntaxError.
std::vector<TuneParam> parse_tune_pragma(const Tokens& line);

}  // namespace cudal1::program
