// popc, clz, bfind, brev, fns.
#include <bit>
#include <type_traits>

#include "bits.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

template <typename T>
struct Popc {
  static uint32_t f(T a) { return uint32_t(std::popcount(a)); }
};
template <typename T>
struct Clz {
  static uint32_t f(T a) { return uint32_t(std::countl_zero(a)); }
};
template <typename T>
struct Bfind {
  static uint32_t f(T a) {
    using U = std::make_unsigned_t<T>;
    const U x = a < 0 ? U(~a) : U(a);
    return x == 0 ? ~0u : uint32_t(8 * sizeof(T) - 1) - uint32_t(std::countl_zero(x));
  }
};
template <typename T>
struct BfindShift {
  static uint32_t f(T a) {
    const uint32_t at = Bfind<T>::f(a);
    return at == ~0u ? at : uint32_t(8 * sizeof(T) - 1) - at;
  }
};
template <typename T>
struct Brev {
  static T f(T a) {
    T result = 0;
    for (uint32_t i = 0; i < 8 * sizeof(T); ++i)
      result |= T((a >> i) & 1) << (8 * sizeof(T) - 1 - i);
    return result;
  }
};

struct Fns {
  // The position of the |offset|-th set bit from `base`, upward for positive offsets.
  static uint32_t f(uint32_t bits, uint32_t base, uint32_t count) {
    const auto offset = int32_t(count);
    if (offset == 0) return (bits >> (base & 31)) & 1 ? base : ~0u;
    int32_t left = offset > 0 ? offset : -offset;
    for (int64_t at = base; at >= 0 && at<32; at += offset> 0 ? 1 : -1)
      if (((bits >> at) & 1) && --left == 0) return uint32_t(at);
    return ~0u;
  }
};

template <template <typename> class Op>
Handler count(Type type) {
  return bits_of(type) == 64 ? &map1<Op<uint64_t>, uint32_t, uint64_t>
                             : &map1<Op<uint32_t>, uint32_t, uint32_t>;
}

template <template <typename> class Op>
Handler find(Type type) {
  switch (type) {
    case Type::kU32:
      return &map1<Op<uint32_t>, uint32_t, uint32_t>;
    case Type::kS32:
      return &map1<Op<int32_t>, uint32_t, int32_t>;
    case Type::kU64:
      return &map1<Op<uint64_t>, uint32_t, uint64_t>;
    case Type::kS64:
      return &map1<Op<int64_t>, uint32_t, int64_t>;
    default:
      return nullptr;
  }
}

}  // namespace

Handler decode_count(Decoder& d, Type type) {
  const auto op = d.st.opcode;
  d.inst.d = d.out(0, op == "brev" ? type : Type::kU32);
  d.inst.a = d.in(1, type);
  if (op == "popc") return count<Popc>(type);
  if (op == "clz") return count<Clz>(type);
  if (op == "brev")
    return bits_of(type) == 64 ? &map1<Brev<uint64_t>, uint64_t, uint64_t>
                               : &map1<Brev<uint32_t>, uint32_t, uint32_t>;
  return d.has("shiftamt") ? find<BfindShift>(type) : find<Bfind>(type);
}

Handler decode_fns(Decoder& d) {
  d.operands(Type::kB32, Type::kB32);
  return &map3<Fns, uint32_t, uint32_t, uint32_t, uint32_t>;
}

}  // namespace cudal1::sim
