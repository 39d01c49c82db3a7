// Sums of products of bytes, and of absolute differences: dp4a, dp2a, sad.
#include <type_traits>

#include "bits.h"
#include "integer.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

template <typename T>
struct Sad {
  static T f(T a, T b, T c) {
    using U = std::make_unsigned_t<T>;
    return T(U(c) + (a > b ? U(a) - U(b) : U(b) - U(a)));
  }
};

template <typename A, typename B>
struct Dp4a {
  static uint32_t f(uint32_t a, uint32_t b, uint32_t c) {
    for (int i = 0; i < 4; ++i) c += uint32_t(int32_t(A(a >> (8 * i))) * int32_t(B(b >> (8 * i))));
    return c;
  }
};
template <typename A, typename B, int kHigh>
struct Dp2a {
  using A16 = std::conditional_t<std::is_signed_v<A>, int16_t, uint16_t>;
  static uint32_t f(uint32_t a, uint32_t b, uint32_t c) {
    for (int i = 0; i < 2; ++i)
      c += uint32_t(int32_t(A16(a >> (16 * i))) * int32_t(B(b >> (8 * i + 16 * kHigh))));
    return c;
  }
};

}  // namespace

Handler decode_dot(Decoder& d) {
  d.operands(Type::kB32, Type::kB32);
  const bool a = is_signed(d.type(0)), b = is_signed(d.type(1)), hi = d.has("hi");
  using S = int8_t;
  using U = uint8_t;
  const auto four = [&](auto sa, auto sb) -> Handler {
    using A = decltype(sa);
    using B = decltype(sb);
    if (d.st.opcode == "dp4a") return &map3<Dp4a<A, B>, uint32_t, uint32_t, uint32_t, uint32_t>;
    return hi ? &map3<Dp2a<A, B, 1>, uint32_t, uint32_t, uint32_t, uint32_t>
              : &map3<Dp2a<A, B, 0>, uint32_t, uint32_t, uint32_t, uint32_t>;
  };
  if (a) return b ? four(S(), S()) : four(S(), U());
  return b ? four(U(), S()) : four(U(), U());
}

Handler decode_sad(Decoder& d, Type type) {
  d.operands(type, type);
  return ternary<Sad>(type);
}

}  // namespace cudal1::sim
