#include "path.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "flow.h"

namespace cudal1::sim {
namespace {

// Cycles from issue to the first instruction that can use the result. Of the size that published
// microbenchmarks of Hopper and Ampere give, rounded; assumed here, not measured.
constexpr uint32_t kArithmetic = 4;
constexpr uint32_t kDouble = 8;
constexpr uint32_t kSpecialFunction = 18;
constexpr uint32_t kShared = 29;
constexpr uint32_t kShuffle = 23;
constexpr uint32_t kTensor = 33;
constexpr uint32_t kSharedAtomic = 60;  // a load, the operation and a store of shared memory
constexpr uint32_t kBarrier = 30;       // bar.sync when every warp is there already

// What ptxas makes of one PTX instruction: a sequence of machine instructions, of which `depth`
// cycles depend on each other. Estimates of the fast path, not counted in machine code.
struct Expansion {
  uint32_t slots, cycles;
  bool branches = false;  // to its slow path, so that nothing is scheduled across it
};
constexpr Expansion kDivideFloat = {10, 58, true};  // reciprocal, six fused steps, range check
constexpr Expansion kRootFloat = {9, 50, true};
constexpr Expansion kDivideDouble = {20, 130, true};
constexpr Expansion kDivideInteger = {18, 90};
constexpr Expansion kDivideLong = {70, 350, true};

// ptxas guards the instructions of a short if instead of branching round them. Its limit is not
// documented; this one is assumed: it takes in a bounds check round one or two loads.
constexpr uint32_t kPredicated = 8;

struct Kind {
  bool load = false, store = false, atomic = false, shared = false, local = false;
  bool global = false, read_only = false, barrier = false, copy = false, wait = false;
};

bool has(const Statement& statement, std::string_view modifier) {
  return std::find(statement.modifiers.begin(), statement.modifiers.end(), modifier) !=
         statement.modifiers.end();
}

Kind kind_of(const Statement& s) {
  Kind kind;
  const bool is_param = has(s, "param") || has(s, "const");
  for (std::string_view modifier : s.modifiers) {
    kind.shared |= modifier.substr(0, 6) == "shared";
    kind.local |= modifier == "local";
    kind.read_only |= modifier == "nc";
  }
  const bool matrix = s.opcode == "wmma";
  kind.load = ((s.opcode == "ld" || s.opcode == "ldu") && !is_param) || s.opcode == "ldmatrix" ||
              (matrix && has(s, "load"));
  kind.store = s.opcode == "st" || s.opcode == "stmatrix" || (matrix && has(s, "store"));
  kind.shared |= s.opcode == "ldmatrix" || s.opcode == "stmatrix";
  kind.atomic = s.opcode == "atom" || s.opcode == "red";
  kind.copy = s.opcode == "cp" && has(s, "async") && s.operands.size() >= 3;
  kind.wait = s.opcode == "cp" && (has(s, "wait_group") || has(s, "wait_all"));
  kind.barrier = (s.opcode == "bar" || s.opcode == "barrier") && !has(s, "warp");
  kind.global = (kind.load || kind.store || kind.atomic) && !kind.shared && !kind.local;
  return kind;
}

Expansion cost_of(const Statement& s, const Inst& inst) {
  const bool is_long = has(s, "u64") || has(s, "s64") || has(s, "b64");
  if (s.opcode == "div" || s.opcode == "rem") {
    if (has(s, "f64")) return kDivideDouble;
    if (has(s, "f32"))
      return has(s, "approx") || has(s, "full") ? Expansion{2, kSpecialFunction + kArithmetic}
                                                : kDivideFloat;
    return is_long ? kDivideLong : kDivideInteger;
  }
  if (s.opcode == "sqrt" || s.opcode == "rcp" || s.opcode == "rsqrt") {
    if (has(s, "f64")) return kDivideDouble;
    return has(s, "approx") ? Expansion{1, kSpecialFunction} : kRootFloat;
  }
  if (s.opcode == "shfl" || s.opcode == "redux" || s.opcode == "match") return {1, kShuffle};
  switch (inst.pipe) {
    case Pipe::kFp64:
      return {1, kDouble};
    case Pipe::kSfu:
      return {1, kSpecialFunction};
    case Pipe::kTensor:
      return {1, kTensor};
    case Pipe::kInteger:  // 64 bits go by halves, with a carry between
      return is_long && !has(s, "wide") ? Expansion{2, 2 * kArithmetic} : Expansion{1, kArithmetic};
    default:
      return {1, kArithmetic};
  }
}

// A store that later loads may have to stay behind.
struct Store {
  int base = -1;         // register of its address
  uint32_t written = 0;  // how often that register had been written
  int64_t low = 0, high = 0;
  uint32_t rounds = 0;  // when it can go
};

uint32_t bytes_of_access(const Statement& s, const Inst& inst) {
  uint32_t bytes = 16;
  for (std::string_view modifier : s.modifiers)
    if (const auto type = type_named(modifier)) bytes = bytes_of(*type);
  return bytes * std::max<uint32_t>(1, inst.count);
}

const Operand* address_of(const Statement& s) {
  for (const Operand& operand : s.operands)
    if (operand.kind == OperandKind::kAddress) return &operand;
  return nullptr;
}

// Walks one basic block as its data flow allows, not as it is written: ptxas moves loads up to the
// point where their addresses are known, but never over a barrier, a fence or a store that might
// write what they read. A round is one trip to memory; loads of the same round wait together.
class BlockWalk {
 public:
  explicit BlockWalk(Function& function) : function_(function) {
    for (const Statement& s : function.parsed.body)
      if (s.opcode == "cp" && has(s, "wait_group") && !s.operands.empty())
        is_pipelined_ |= s.operands[0].value > 0;
  }

  void walk(const BasicBlock& block) {
    cycles_.clear(), rounds_.clear(), writes_.clear(), stores_.clear();
    fence_cycles_ = fence_rounds_ = stored_rounds_ = copied_rounds_ = longest_ = most_rounds_ = 0;
    issued_ = 0;
    for (uint32_t at = block.begin; at < block.end; ++at)
      step(function_.parsed.body[at], function_.code[at]);
  }

 private:
  void step(const Statement& s, Inst& inst) {
    const Kind kind = kind_of(s);
    const Accesses accesses = accesses_of(s);
    uint32_t ready = fence_cycles_, rounds = 0;
    for (int reg : accesses.reads) {
      ready = std::max(ready, value(cycles_, reg));
      rounds = std::max(rounds, value(rounds_, reg));
    }
    Expansion cost = cost_of(s, inst);
    if ((kind.shared || kind.local) && kind.load) cost.cycles = kShared;
    if (kind.shared && kind.atomic) cost.cycles = kSharedAtomic;
    if (cost.branches) fence_rounds_ = std::max(fence_rounds_, rounds);
    if (kind.store) remember_store(s, inst, kind, rounds);
    if (kind.load && kind.shared) rounds = std::max(rounds, fence_rounds_);
    if (goes_to_memory(kind, s)) rounds = 1 + std::max(rounds, order_of(s, inst, kind));
    if (kind.copy) copied_rounds_ = std::max(copied_rounds_, rounds);
    if (kind.barrier || kind.wait || is_fence(s) || (kind.atomic && kind.global))
      order(kind, ready, cost);
    for (int reg : accesses.writes) {
      cycles_[reg] = ready + cost.cycles;
      rounds_[reg] = rounds;
      ++writes_[reg];
    }
    // In-order issue: one machine instruction of a warp per cycle at best.
    issued_ += cost.slots;
    const uint32_t longest = std::max({longest_, ready + cost.cycles, issued_});
    inst.slots = uint8_t(cost.slots);
    inst.cycles = uint16_t(std::min<uint32_t>(longest - longest_, 0xffff));
    longest_ = longest;
    inst.starts_round = rounds > most_rounds_;
    most_rounds_ = std::max(most_rounds_, rounds);
  }

  // A reduction without a result goes on at once; so do asynchronous copies of which a later one
  // is always under way.
  bool goes_to_memory(const Kind& kind, const Statement& s) const {
    if (kind.copy) return !is_pipelined_;
    return kind.global && (kind.load || (kind.atomic && s.opcode == "atom"));
  }
  static bool is_fence(const Statement& s) { return s.opcode == "membar" || s.opcode == "fence"; }

  void order(const Kind& kind, uint32_t ready, Expansion& cost) {
    fence_rounds_ = std::max(fence_rounds_, stored_rounds_);
    if (kind.wait) fence_rounds_ = std::max(fence_rounds_, copied_rounds_);
    if (!kind.barrier) return;
    cost.cycles = kBarrier;
    fence_cycles_ = std::max({fence_cycles_, ready, longest_}) + kBarrier;
  }

  void remember_store(const Statement& s, const Inst& inst, const Kind& kind, uint32_t rounds) {
    stored_rounds_ = std::max(stored_rounds_, rounds);
    if (!kind.global || rounds == 0) return;
    Store store = place_of(s, inst);
    store.rounds = rounds;
    stores_.push_back(store);
  }

  Store place_of(const Statement& s, const Inst& inst) {
    Store place;
    if (const Operand* address = address_of(s)) {
      place.base = address->reg;
      place.written = address->reg >= 0 ? value(writes_, address->reg) : 0;
      place.low = address->value;
      place.high = place.low + bytes_of_access(s, inst);
    }
    return place;
  }

  // The round after which this access may go, for the sake of what stands before it.
  uint32_t order_of(const Statement& s, const Inst& inst, const Kind& kind) {
    uint32_t rounds = fence_rounds_;
    if (kind.read_only) return rounds;
    const Store mine = place_of(s, inst);
    for (const Store& store : stores_) {
      const bool same_base =
          mine.base >= 0 && mine.base == store.base && mine.written == store.written;
      const bool apart = same_base && (mine.high <= store.low || store.high <= mine.low);
      if (!apart) rounds = std::max(rounds, store.rounds);
    }
    return rounds;
  }

  static uint32_t value(const std::unordered_map<int, uint32_t>& map, int reg) {
    const auto found = map.find(reg);
    return found == map.end() ? 0 : found->second;
  }

  Function& function_;
  bool is_pipelined_ = false;
  std::unordered_map<int, uint32_t> cycles_, rounds_, writes_;  // by register
  std::vector<Store> stores_;
  uint32_t fence_cycles_ = 0, fence_rounds_ = 0, stored_rounds_ = 0, copied_rounds_ = 0;
  uint32_t longest_ = 0, most_rounds_ = 0, issued_ = 0;
};

}  // namespace

void annotate_paths(Function& function) {
  BlockWalk walk(function);
  for (const BasicBlock& block : basic_blocks(function, kPredicated)) walk.walk(block);
}

}  // namespace cudal1::sim
