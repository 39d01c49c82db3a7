// Mathematics on numbers: std's, CUDA's float spellings and ceil_div.
#include <cmath>

#include "builtin_arguments.h"
#include "builtin_tables.h"

namespace cudal1::execute {
namespace {

template <double (*F)(double)>
Value real_function(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "this function");
  const Number& x = number(call, arguments[0]);
  const Num kind = x.kind == Num::kF32 ? Num::kF32 : Num::kF64;
  return convert(Number::real(F(x.as_double())), kind);
}

double inverse_sqrt(double x) { return 1 / std::sqrt(x); }

template <double (*F)(double, double)>
Value real_function_of_two(const Call& call, Values& arguments) {
  expect(call, arguments, 2, 2, "this function");
  const Number &x = number(call, arguments[0]), &y = number(call, arguments[1]);
  const Num kind = x.kind == Num::kF32 && y.kind == Num::kF32 ? Num::kF32 : Num::kF64;
  return convert(Number::real(F(x.as_double(), y.as_double())), kind);
}

Value rounded(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "lround");
  return Number::of(std::lround(number(call, arguments[0]).as_double()), Num::kI64);
}

Value absolute(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "abs");
  Number x = number(call, arguments[0]);
  if (x.floating())
    x.d = std::fabs(x.d);
  else
    x.i = x.i < 0 ? -x.i : x.i;
  return x;
}

// std::min and std::max: of two numbers or of a list; of tensors they are operators (see
// compile_call.cpp).
template <bool kMax>
Value extreme(const Call& call, Values& arguments) {
  const Values list = arguments.size() == 1 && arguments[0].is<Vector>()
                          ? *arguments[0].as<Vector>().items
                          : arguments;
  if (list.empty()) throw HostFailure{"type", "min or max of nothing", call.pos};
  Number best = number(call, list[0]);
  for (size_t i = 1; i < list.size(); ++i) {
    const Number& other = number(call, list[i]);
    const Num kind = usual_arithmetic(best.kind, other.kind);
    const Number a = convert(best, kind), b = convert(other, kind);
    const bool less = is_floating(kind)   ? a.d < b.d
                      : is_unsigned(kind) ? uint64_t(a.i) < uint64_t(b.i)
                                          : a.i < b.i;
    best = less == kMax ? b : a;
  }
  return call.targs.empty() || !call.targs[0].type ||
                 call.targs[0].type->kind != Type::Kind::kNumber
             ? best
             : convert(best, call.targs[0].type->num);
}

Value clamp_number(const Call& call, Values& arguments) {
  expect(call, arguments, 3, 3, "std::clamp");
  Values low = {arguments[0], arguments[1]};
  Values high = {extreme<true>(call, low), arguments[2]};
  return extreme<false>(call, high);
}

Value ceil_div(const Call& call, Values& arguments) {
  expect(call, arguments, 2, 2, "ceil_div");
  const Number a = number(call, arguments[0]), b = number(call, arguments[1]);
  if (b.as_int() == 0)
    throw HostFailure{"division_by_zero", "integer division by zero on the host side", call.pos};
  return Number::of((a.as_int() + b.as_int() - 1) / b.as_int(), usual_arithmetic(a.kind, b.kind));
}

template <Num kTo>
Value converted(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "this function");
  return convert(number(call, arguments[0]), kTo);
}

template <bool (*F)(double)>
Value test(const Call& call, Values& arguments) {
  expect(call, arguments, 1, 1, "this function");
  return Number::boolean(F(number(call, arguments[0]).as_double()));
}

}  // namespace

BuiltinTable math_functions() {
  return {{"std::sqrt", real_function<std::sqrt>},
          {"sqrtf", real_function<std::sqrt>},
          {"std::exp", real_function<std::exp>},
          {"expf", real_function<std::exp>},
          {"std::log", real_function<std::log>},
          {"logf", real_function<std::log>},
          {"std::log2", real_function<std::log2>},
          {"log2f", real_function<std::log2>},
          {"std::log10", real_function<std::log10>},
          {"std::ceil", real_function<std::ceil>},
          {"ceilf", real_function<std::ceil>},
          {"std::floor", real_function<std::floor>},
          {"floorf", real_function<std::floor>},
          {"std::round", real_function<std::round>},
          {"roundf", real_function<std::round>},
          {"std::tanh", real_function<std::tanh>},
          {"std::sin", real_function<std::sin>},
          {"std::cos", real_function<std::cos>},
          {"std::cbrt", real_function<std::cbrt>},
          {"rsqrtf", real_function<inverse_sqrt>},
          {"rsqrt", real_function<inverse_sqrt>},
          {"std::tan", real_function<std::tan>},
          {"tanhf", real_function<std::tanh>},
          {"std::trunc", real_function<std::trunc>},
          {"std::exp2", real_function<std::exp2>},
          {"std::expm1", real_function<std::expm1>},
          {"std::log1p", real_function<std::log1p>},
          {"std::erf", real_function<std::erf>},
          {"std::lround", rounded},
          {"std::pow", real_function_of_two<std::pow>},
          {"powf", real_function_of_two<std::pow>},
          {"std::fmod", real_function_of_two<std::fmod>},
          {"std::hypot", real_function_of_two<std::hypot>},
          {"std::abs", absolute},
          {"std::fabs", absolute},
          {"fabsf", absolute},
          {"std::min", extreme<false>},
          {"std::max", extreme<true>},
          {"std::fmin", extreme<false>},
          {"std::fmax", extreme<true>},
          {"fminf", extreme<false>},
          {"fmaxf", extreme<true>},
          {"std::clamp", clamp_number},
          {"std::isnan", test<std::isnan>},
          {"std::isinf", test<std::isinf>},
          {"std::isfinite", test<std::isfinite>},
          {"__float2half", converted<Num::kF16>},
          {"__float2half_rn", converted<Num::kF16>},
          {"__half2float", converted<Num::kF32>},
          {"__float2bfloat16", converted<Num::kBF16>},
          {"__bfloat162float", converted<Num::kF32>},
          {"torch::ceil_div", ceil_div},
          {"torch::cuda::ATenCeilDiv", ceil_div},
          {"torch::ATenCeilDiv", ceil_div},
          {"THCCeilDiv", ceil_div}};
}

}  // namespace cudal1::execute
