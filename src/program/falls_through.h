#pragma once

#include "cudal1/program/ast.h"

namespace cudal1::program {

// Does control reach the end of the statement?
bool falls_through(const Stmt& stmt);

}  // namespace cudal1::program
