// f32 and f64 arithmetic to nearest. Only fma is fused: this file is compiled with
// -ffp-contract=off.
#include <cfloat>
#include <cmath>

#include "decode.h"
#include "float_ops.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

template <typename T>
struct Add {
  static T f(T a, T b) { return a + b; }
};
template <typename T>
struct Sub {
  static T f(T a, T b) { return a - b; }
};
template <typename T>
struct Mul {
  static T f(T a, T b) { return a * b; }
};
template <typename T>
struct Div {
  static T f(T a, T b) { return a / b; }
};
template <typename T>
struct Fma {
  static T f(T a, T b, T c) { return std::fma(a, b, c); }
};
template <typename T>
struct Neg {
  static T f(T a) { return -a; }
};
template <typename T>
struct Abs {
  static T f(T a) { return std::fabs(a); }
};
template <typename T>
struct Sqrt {
  static T f(T a) { return std::sqrt(a); }
};
template <typename T>
struct Rcp {
  static T f(T a) { return T(1) / a; }
};
template <typename T>
struct Min {
  static T f(T a, T b) { return min_number(a, b); }
};
template <typename T>
struct Max {
  static T f(T a, T b) { return max_number(a, b); }
};
template <typename T>
struct MinNan {
  static T f(T a, T b) { return a != a ? a : b != b ? b : min_number(a, b); }
};
template <typename T>
struct MaxNan {
  static T f(T a, T b) { return a != a ? a : b != b ? b : max_number(a, b); }
};
template <typename T>
struct CopySign {
  static T f(T a, T b) { return std::copysign(b, a); }
};

template <typename F>
struct Ftz {
  static float f(float a) { return flush(F::f(flush(a))); }
  static float f(float a, float b) { return flush(F::f(flush(a), flush(b))); }
  static float f(float a, float b, float c) { return flush(F::f(flush(a), flush(b), flush(c))); }
};
// .sat clamps to [0, 1]; NaN becomes +0.
template <typename F>
struct Sat {
  static float f(float a, float b) { return saturate(F::f(a, b)); }
  static float f(float a, float b, float c) { return saturate(F::f(a, b, c)); }
};

template <template <typename> class Op, int kArity, typename F, typename T>
constexpr Handler of_arity() {
  if constexpr (kArity == 1)
    return &map1<F, T, T>;
  else if constexpr (kArity == 2)
    return &map2<F, T, T, T>;
  else
    return &map3<F, T, T, T, T>;
}

template <template <typename> class Op, int kArity>
Handler pick(Decoder& d, Type type) {
  if (type == Type::kF64) return of_arity<Op, kArity, Op<double>, double>();
  if constexpr (kArity > 1) {
    if (d.has("sat"))
      return d.has("ftz") ? of_arity<Op, kArity, Sat<Ftz<Op<float>>>, float>()
                          : of_arity<Op, kArity, Sat<Op<float>>, float>();
  }
  return d.has("ftz") ? of_arity<Op, kArity, Ftz<Op<float>>, float>()
                      : of_arity<Op, kArity, Op<float>, float>();
}

bool is_directed(const Decoder& d) { return d.has("rz") || d.has("rm") || d.has("rp"); }

Handler select(Decoder& d, Type type) {
  const auto op = d.st.opcode;
  if (op == "add") return pick<Add, 2>(d, type);
  if (op == "sub") return pick<Sub, 2>(d, type);
  if (op == "mul") return pick<Mul, 2>(d, type);
  if (op == "div") return pick<Div, 2>(d, type);
  if (op == "fma" || op == "mad") return pick<Fma, 3>(d, type);
  if (op == "neg") return pick<Neg, 1>(d, type);
  if (op == "abs") return pick<Abs, 1>(d, type);
  if (op == "min") return d.has("NaN") ? pick<MinNan, 2>(d, type) : pick<Min, 2>(d, type);
  if (op == "max") return d.has("NaN") ? pick<MaxNan, 2>(d, type) : pick<Max, 2>(d, type);
  if (op == "sqrt") return pick<Sqrt, 1>(d, type);
  if (op == "rcp") return pick<Rcp, 1>(d, type);
  if (op == "copysign") return pick<CopySign, 2>(d, type);
  return nullptr;
}

int flops_of(std::string_view op) {
  if (op == "fma" || op == "mad") return 2;
  return op == "neg" || op == "abs" || op == "min" || op == "max" || op == "copysign" ? 0 : 1;
}

}  // namespace

Handler decode_float(Decoder& d) {
  const Type type = d.type();
  if (type != Type::kF32 && type != Type::kF64) d.refuse();
  d.operands(type, type);
  if (d.has("xorsign") || d.has("abs")) d.refuse();
  const auto op = d.st.opcode;
  const bool slow = op == "div" || op == "sqrt" || op == "rcp";
  const Pipe pipe = type == Type::kF64 ? Pipe::kFp64 : slow ? Pipe::kSfu : Pipe::kFp32;
  const Handler handler = is_directed(d) ? select_directed(d, type) : select(d, type);
  if (!handler) d.refuse();
  return d.pipe(pipe, handler, flops_of(op));
}

}  // namespace cudal1::sim
