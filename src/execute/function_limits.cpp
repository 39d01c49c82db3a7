// std::numeric_limits.
#include <cmath>
#include <limits>

#include "builtin_arguments.h"
#include "builtin_tables.h"

namespace cudal1::execute {
namespace {

Num limit_type(const Call& call) {
  if (call.targs.empty() || !call.targs[0].type || call.targs[0].type->kind != Type::Kind::kNumber)
    throw HostFailure{"type", "std::numeric_limits needs an arithmetic type", call.pos};
  return call.targs[0].type->num;
}

template <typename T>
Number float_limit(char which, Num kind) {
  using L = std::numeric_limits<T>;
  return Number::real(which == 'M'   ? double(L::max())
                      : which == 'm' ? double(L::min())
                      : which == 'e' ? double(L::epsilon())
                      : which == 'l' ? double(L::lowest())
                      : which == 'q' ? std::nan("")
                                     : std::numeric_limits<double>::infinity(),
                      kind);
}

Number half_limit(char which, Num kind) {
  const bool half = kind == Num::kF16;
  const double max = half ? 65504.0 : 3.3895313892515355e38, min = half ? 0x1p-14 : 0x1p-126;
  const double epsilon = half ? 0x1p-10 : 0x1p-7;
  return Number::real(which == 'M'   ? max
                      : which == 'm' ? min
                      : which == 'e' ? epsilon
                      : which == 'l' ? -max
                      : which == 'q' ? std::nan("")
                                     : std::numeric_limits<double>::infinity(),
                      kind);
}

Number integer_limit(char which, Num kind) {
  if (which != 'M' && which != 'm' && which != 'l') return Number::of(0, kind);
  if (kind == Num::kBool) return Number::of(which == 'M', kind);
  const unsigned bits = size_of(kind) * 8;
  if (is_unsigned(kind))
    return Number::of(which == 'M' ? int64_t(~uint64_t{0} >> (64 - bits)) : 0, kind);
  const int64_t max = int64_t(~uint64_t{0} >> (65 - bits));
  return Number::of(which == 'M' ? max : -max - 1, kind);
}

template <char kWhich>
Value limit(const Call& call, Values&) {
  const Num kind = limit_type(call);
  if (kind == Num::kF32) return float_limit<float>(kWhich, kind);
  if (kind == Num::kF64) return float_limit<double>(kWhich, kind);
  return is_floating(kind) ? half_limit(kWhich, kind) : integer_limit(kWhich, kind);
}

}  // namespace

BuiltinTable limit_functions() {
  return {
      {"std::numeric_limits::max", limit<'M'>},     {"std::numeric_limits::min", limit<'m'>},
      {"std::numeric_limits::lowest", limit<'l'>},  {"std::numeric_limits::infinity", limit<'i'>},
      {"std::numeric_limits::epsilon", limit<'e'>}, {"std::numeric_limits::quiet_NaN", limit<'q'>}};
}

}  // namespace cudal1::execute
