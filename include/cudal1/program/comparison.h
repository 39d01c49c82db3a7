// What the six comparing operators of C++ say of two values of one type.
#pragma once

#include "cudal1/program/ast.h"

namespace cudal1::program {

inline bool is_comparison(BinaryOp op) {
  return op == BinaryOp::kLess || op == BinaryOp::kLessEqual || op == BinaryOp::kGreater ||
         op == BinaryOp::kGreaterEqual || op == BinaryOp::kEqual || op == BinaryOp::kNotEqual;
}

template <typename T>
bool holds(BinaryOp comparison, T a, T b) {
  switch (comparison) {
    case BinaryOp::kLess:
      return a < b;
    case BinaryOp::kLessEqual:
      return a <= b;
    case BinaryOp::kGreater:
      return a > b;
    case BinaryOp::kGreaterEqual:
      return a >= b;
    case BinaryOp::kEqual:
      return a == b;
    default:
      return a != b;
  }
}

}  // namespace cudal1::program
