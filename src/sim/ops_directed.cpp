// f32 and f64 arithmetic under .rz, .rm and .rp: the CPU's rounding mode is changed around the
// loop. Compiled with -frounding-math.
#include <cfenv>
#include <cmath>

#include "float_ops.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

enum class Op { kAdd, kSub, kMul, kDiv, kFma, kSqrt, kRcp };

class RoundingMode {
 public:
  explicit RoundingMode(int mode) { std::fesetround(mode); }
  ~RoundingMode() { std::fesetround(FE_TONEAREST); }
  RoundingMode(const RoundingMode&) = delete;
  RoundingMode& operator=(const RoundingMode&) = delete;
};

template <typename T, Op kOp>
T apply(T a, T b, T c) {
  switch (kOp) {
    case Op::kAdd:
      return a + b;
    case Op::kSub:
      return a - b;
    case Op::kMul:
      return a * b;
    case Op::kDiv:
      return a / b;
    case Op::kFma:
      return std::fma(a, b, c);
    case Op::kSqrt:
      return std::sqrt(a);
    case Op::kRcp:
      return T(1) / a;
  }
  return a;
}

// flags: rounding mode in the low bits, then .ftz, then .sat
enum : uint32_t { kFtz = 1u << 16, kSat = 1u << 17, kModeMask = 0xffff };

template <typename T, Op kOp>
void directed(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(in.b == kNoSlot ? in.a : in.b);
  const T* c = warp.lanes<T>(in.c == kNoSlot ? in.a : in.c);
  T* d = warp.lanes<T>(in.d);
  const RoundingMode mode(int(in.flags & kModeMask));
  for (int lane = 0; lane < kLanes; ++lane) {
    if (!has_lane(mask, lane)) continue;
    T x = a[lane], y = b[lane], z = c[lane];
    if constexpr (sizeof(T) == 4)
      if (in.flags & kFtz) x = flush(x), y = flush(y), z = flush(z);
    volatile T result = apply<T, kOp>(x, y, z);  // keeps the operation inside the changed mode
    T value = result;
    if constexpr (sizeof(T) == 4) {
      if (in.flags & kFtz) value = flush(value);
      if (in.flags & kSat) value = saturate(value);
    }
    d[lane] = value;
  }
}

template <Op kOp>
Handler of(Type type) {
  return type == Type::kF64 ? &directed<double, kOp> : &directed<float, kOp>;
}

}  // namespace

Handler select_directed(Decoder& d, Type type) {
  d.inst.flags = uint32_t(d.has("rz") ? FE_TOWARDZERO : d.has("rm") ? FE_DOWNWARD : FE_UPWARD);
  if (d.has("ftz")) d.inst.flags |= kFtz;
  if (d.has("sat")) d.inst.flags |= kSat;
  const auto op = d.st.opcode;
  if (op == "add") return of<Op::kAdd>(type);
  if (op == "sub") return of<Op::kSub>(type);
  if (op == "mul") return of<Op::kMul>(type);
  if (op == "div") return of<Op::kDiv>(type);
  if (op == "fma" || op == "mad") return of<Op::kFma>(type);
  if (op == "sqrt") return of<Op::kSqrt>(type);
  if (op == "rcp") return of<Op::kRcp>(type);
  return nullptr;
}

}  // namespace cudal1::sim
