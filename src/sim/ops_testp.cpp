// testp.
#include <cmath>
#include <string>
#include <string_view>

#include "decode.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

template <typename T>
void testp(Warp& warp, const Inst& in, uint32_t mask) {
  const T* a = warp.lanes<T>(in.a);
  const auto wanted = std::string_view(*static_cast<const std::string*>(in.extra));
  uint32_t result = 0;
  for (int l = 0; l < kLanes; ++l) {
    const int kind = std::fpclassify(a[l]);
    const bool value = wanted == "finite"       ? kind != FP_NAN && kind != FP_INFINITE
                       : wanted == "infinite"   ? kind == FP_INFINITE
                       : wanted == "number"     ? kind != FP_NAN
                       : wanted == "notanumber" ? kind == FP_NAN
                       : wanted == "normal"     ? kind == FP_NORMAL
                                                : kind == FP_SUBNORMAL;
    result |= uint32_t(value) << l;
  }
  set_lanes(warp.predicate(in.d), mask, result);
}

}  // namespace

Handler decode_testp(Decoder& d) {
  d.inst.pipe = Pipe::kInteger;
  const Type type = d.type();
  d.inst.d = d.out(0, Type::kPred);
  d.inst.a = d.in(1, type);
  d.scope.function.messages.emplace_back(d.st.modifiers.at(0));
  d.inst.extra = &d.scope.function.messages.back();
  return type == Type::kF64 ? &testp<double> : &testp<float>;
}

}  // namespace cudal1::sim
