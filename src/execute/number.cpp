#include "number.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <limits>

#include "cudal1/program/comparison.h"

namespace cudal1::execute {
namespace {

using program::BinaryOp;

int64_t wrap(int64_t value, Num kind) {
  switch (kind) {
    case Num::kBool:
      return value != 0;
    case Num::kI8:
      return int8_t(value);
    case Num::kU8:
      return uint8_t(value);
    case Num::kI16:
      return int16_t(value);
    case Num::kU16:
      return uint16_t(value);
    case Num::kI32:
      return int32_t(value);
    case Num::kU32:
      return uint32_t(value);
    default:
      return value;
  }
}

double round_to(double value, Num kind) {
  switch (kind) {
    case Num::kF16:
      return double(float(c10::Half(float(value))));
    case Num::kBF16:
      return double(float(c10::BFloat16(float(value))));
    case Num::kF32:
      return double(float(value));
    default:
      return value;
  }
}

// Saturating where C++ leaves the behaviour undefined.
int64_t to_integer(double value) {
  if (!(value > -9.2233720368547758e18)) return std::numeric_limits<int64_t>::min();
  if (value >= 9.2233720368547758e18) return std::numeric_limits<int64_t>::max();
  return int64_t(value);
}

double floating(BinaryOp op, double a, double b, program::SourcePos pos) {
  switch (op) {
    case BinaryOp::kAdd:
      return a + b;
    case BinaryOp::kSub:
      return a - b;
    case BinaryOp::kMul:
      return a * b;
    case BinaryOp::kDiv:
      return a / b;
    default:
      throw HostFailure{"type", "this operator takes integers, not floating-point values", pos};
  }
}

// Two's complement throughout: computed unsigned, so that nothing here is undefined.
int64_t integer(BinaryOp op, int64_t a, int64_t b, Num kind, program::SourcePos pos) {
  const uint64_t ua = uint64_t(a), ub = uint64_t(b);
  const bool divides = op == BinaryOp::kDiv || op == BinaryOp::kRem;
  if (divides && b == 0)
    throw HostFailure{"division_by_zero", "integer division by zero on the host side", pos};
  if (divides && is_unsigned(kind)) return int64_t(op == BinaryOp::kDiv ? ua / ub : ua % ub);
  if (divides && b == -1) return op == BinaryOp::kDiv ? int64_t(0 - ua) : 0;
  const unsigned bits = size_of(kind) * 8;
  switch (op) {
    case BinaryOp::kAdd:
      return int64_t(ua + ub);
    case BinaryOp::kSub:
      return int64_t(ua - ub);
    case BinaryOp::kMul:
      return int64_t(ua * ub);
    case BinaryOp::kDiv:
      return a / b;
    case BinaryOp::kRem:
      return a % b;
    case BinaryOp::kShl:
      return ub < bits ? int64_t(ua << ub) : 0;
    case BinaryOp::kShr:
      return is_unsigned(kind) ? (ub < bits ? int64_t(ua >> ub) : 0) : a >> (ub < 64 ? ub : 63);
    case BinaryOp::kBitAnd:
      return a & b;
    case BinaryOp::kBitOr:
      return a | b;
    case BinaryOp::kBitXor:
      return a ^ b;
    default:
      throw HostFailure{"unsupported", "operator not supported here", pos};
  }
}

}  // namespace

Number convert(Number value, Num kind) {
  if (kind == Num::kBool) return Number::boolean(value.truthy());
  if (is_floating(kind)) return Number::real(round_to(value.as_double(), kind), kind);
  return Number::of(wrap(value.floating() ? to_integer(value.d) : value.i, kind), kind);
}

Number arithmetic(BinaryOp op, Number a, Number b, program::SourcePos pos) {
  const bool shift = op == BinaryOp::kShl || op == BinaryOp::kShr;
  const Num kind = shift ? usual_arithmetic(a.kind, a.kind) : usual_arithmetic(a.kind, b.kind);
  const Number x = convert(a, kind), y = shift ? b : convert(b, kind);
  if (program::is_comparison(op)) {
    if (is_floating(kind)) return Number::boolean(program::holds(op, x.d, y.d));
    if (is_unsigned(kind)) return Number::boolean(program::holds(op, uint64_t(x.i), uint64_t(y.i)));
    return Number::boolean(program::holds(op, x.i, y.i));
  }
  if (is_floating(kind)) return Number::real(round_to(floating(op, x.d, y.d, pos), kind), kind);
  return Number::of(wrap(integer(op, x.i, y.i, kind, pos), kind), kind);
}

Number negate(Number value) {
  if (value.floating()) return Number::real(-value.d, value.kind);
  const Num kind = usual_arithmetic(value.kind, value.kind);
  return Number::of(wrap(int64_t(0 - uint64_t(convert(value, kind).i)), kind), kind);
}

}  // namespace cudal1::execute
