// addc, subc, madc and the forms with .cc.
#include <type_traits>

#include "integer.h"
#include "lanes.h"

namespace cudal1::sim {
namespace {

// flags of the carry chain
enum : uint32_t { kReadCarry = 1, kWriteCarry = 2, kMultiply = 4, kHigh = 8, kSubtract = 16 };

template <typename T>
void carry_chain(Warp& warp, const Inst& in, uint32_t mask) {
  using U = std::make_unsigned_t<T>;
  using Twice = std::conditional_t<sizeof(T) == 4, uint64_t, unsigned __int128>;
  const T* a = warp.lanes<T>(in.a);
  const T* b = warp.lanes<T>(in.b);
  const T* c = warp.lanes<T>(in.c == kNoSlot ? in.a : in.c);
  T* d = warp.lanes<T>(in.d);
  uint32_t& carry = warp.predicate(make_slot(kSpecial, kCarry));
  uint32_t carry_out = 0;
  for (int lane = 0; lane < kLanes; ++lane) {
    if (!has_lane(mask, lane)) continue;
    const U carry_in = (in.flags & kReadCarry) ? (carry >> lane) & 1 : 0;
    U x = U(a[lane]), y = U(b[lane]);
    if (in.flags & kMultiply) {
      x = (in.flags & kHigh) ? U(MulHi<T>::f(a[lane], b[lane])) : U(x * y);
      y = U(c[lane]);
    }
    const Twice sum = (in.flags & kSubtract) ? Twice(x) - y - carry_in : Twice(x) + y + carry_in;
    d[lane] = T(U(sum));
    carry_out |= uint32_t((sum >> (8 * sizeof(T))) & 1) << lane;
  }
  if (in.flags & kWriteCarry) set_lanes(carry, mask, carry_out);
}

}  // namespace

Handler decode_carry(Decoder& d, Type type) {
  const auto op = d.st.opcode;
  d.operands(type, type);
  if (op == "addc" || op == "subc" || op == "madc") d.inst.flags |= kReadCarry;
  if (d.has("cc")) d.inst.flags |= kWriteCarry;
  if (op == "mad" || op == "madc") d.inst.flags |= kMultiply;
  if (d.has("hi")) d.inst.flags |= kHigh;
  if (op == "sub" || op == "subc") d.inst.flags |= kSubtract;
  switch (type) {
    case Type::kS32:
      return &carry_chain<int32_t>;
    case Type::kU32:
      return &carry_chain<uint32_t>;
    case Type::kS64:
      return &carry_chain<int64_t>;
    case Type::kU64:
      return &carry_chain<uint64_t>;
    default:
      d.refuse();
  }
}

}  // namespace cudal1::sim
