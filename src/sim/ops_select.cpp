// selp, slct.
#include <utility>

#include "decode.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

template <typename T>
void selp(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(in.b);
  const uint32_t p = warp.predicate(in.c);
  each_lane(warp.lanes<T>(in.d), mask, [&](int l) { return (p >> l) & 1 ? a[l] : b[l]; });
}

void selp_pred(Warp& warp, const Inst& in, uint32_t mask) {
  const uint32_t p = warp.predicate(in.c);
  set_lanes(warp.predicate(in.d), mask, (warp.predicate(in.a) & p) | (warp.predicate(in.b) & ~p));
}

Handler decode_selp(Decoder& d) {
  const Type type = d.type();
  d.inst.d = d.out(0, type);
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, type);
  d.inst.c = d.in(3, Type::kPred);
  if (d.operand(3).negated) std::swap(d.inst.a, d.inst.b);
  switch (bits_of(type)) {
    case 1:
      return &selp_pred;
    case 16:
      return &selp<uint16_t>;
    case 32:
      return &selp<uint32_t>;
    case 64:
      return &selp<uint64_t>;
    default:
      d.refuse();
  }
}

template <typename T, typename C>
void slct(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(in.b);
  const C* c = warp.lanes<C>(in.c);
  each_lane(warp.lanes<T>(in.d), mask, [&](int l) { return c[l] >= 0 ? a[l] : b[l]; });
}

Handler decode_slct(Decoder& d) {
  const Type type = d.type(0), selector = d.type(1);
  d.inst.d = d.out(0, type);
  d.inst.a = d.in(1, type);
  d.inst.b = d.in(2, type);
  d.inst.c = d.in(3, selector);
  const bool by_float = selector == Type::kF32;
  switch (bits_of(type)) {
    case 16:
      return by_float ? &slct<uint16_t, float> : &slct<uint16_t, int32_t>;
    case 32:
      return by_float ? &slct<uint32_t, float> : &slct<uint32_t, int32_t>;
    case 64:
      return by_float ? &slct<uint64_t, float> : &slct<uint64_t, int32_t>;
    default:
      d.refuse();
  }
}

}  // namespace

Handler decode_select(Decoder& d) {
  d.inst.pipe = Pipe::kInteger;
  return d.st.opcode == "selp" ? decode_selp(d) : decode_slct(d);
}

}  // namespace cudal1::sim
