// What the integer families share.
#pragma once

#include <cstdint>
#include <type_traits>

#include "decode.h"
#include "lanes.h"

namespace cudal1::sim {

template <typename T>
using Wider = std::conditional_t<
    sizeof(T) == 2, std::conditional_t<std::is_signed_v<T>, int32_t, uint32_t>,
    std::conditional_t<sizeof(T) == 4, std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>,
                       std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>>>;

// The high half of a product.
template <typename T>
struct MulHi {
  static T f(T a, T b) { return T((Wider<T>(a) * Wider<T>(b)) >> (8 * sizeof(T))); }
};

// The handler for an operation with three sources of one integer type.
template <template <typename> class Op>
Handler ternary(Type type) {
  switch (type) {
    case Type::kU16:
      return &map3<Op<uint16_t>, uint16_t, uint16_t, uint16_t, uint16_t>;
    case Type::kS16:
      return &map3<Op<int16_t>, int16_t, int16_t, int16_t, int16_t>;
    case Type::kU32:
      return &map3<Op<uint32_t>, uint32_t, uint32_t, uint32_t, uint32_t>;
    case Type::kS32:
      return &map3<Op<int32_t>, int32_t, int32_t, int32_t, int32_t>;
    case Type::kU64:
      return &map3<Op<uint64_t>, uint64_t, uint64_t, uint64_t, uint64_t>;
    case Type::kS64:
      return &map3<Op<int64_t>, int64_t, int64_t, int64_t, int64_t>;
    default:
      return nullptr;
  }
}

// The forms of add, sub and mad that read or write the carry.
Handler decode_carry(Decoder& d, Type type);

}  // namespace cudal1::sim
