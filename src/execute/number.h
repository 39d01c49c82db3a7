// Arithmetic of the host language: C++'s, at C++'s widths.
#pragma once

#include "cudal1/execute/value.h"
#include "cudal1/program/ast.h"

namespace cudal1::execute {

// Throws HostFailure("division_by_zero") at `pos` for an integer division by zero.
Number arithmetic(program::BinaryOp op, Number a, Number b, program::SourcePos pos);
Number negate(Number value);

}  // namespace cudal1::execute
