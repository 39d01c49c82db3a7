#include "liveness.h"

#include <algorithm>
#include <bit>

#include "flow.h"

namespace cudal1::sim {
namespace {

// Addresses that PTX keeps in no register of their own, the stack pointer and temporaries.
constexpr uint32_t kBesides = 6;
constexpr uint32_t kFewest = 16, kMost = 255, kUnit = 8;

class Bits {
 public:
  explicit Bits(size_t count) : words_((count + 63) / 64) {}
  bool has(int bit) const { return (words_[size_t(bit) / 64] >> (size_t(bit) % 64)) & 1; }
  void set(int bit) { words_[size_t(bit) / 64] |= uint64_t(1) << (size_t(bit) % 64); }
  void clear(int bit) { words_[size_t(bit) / 64] &= ~(uint64_t(1) << (size_t(bit) % 64)); }
  // this |= from & ~without; true when something was new.
  bool merge(const Bits& from, const Bits* without) {
    bool grew = false;
    for (size_t i = 0; i < words_.size(); ++i) {
      const uint64_t more =
          words_[i] | (from.words_[i] & (without ? ~without->words_[i] : ~uint64_t(0)));
      grew |= more != words_[i];
      words_[i] = more;
    }
    return grew;
  }
  template <typename F>
  void each(F&& f) const {
    for (size_t i = 0; i < words_.size(); ++i)
      for (uint64_t word = words_[i]; word; word &= word - 1)
        f(int(i * 64) + std::countr_zero(word));
  }

 private:
  std::vector<uint64_t> words_;
};

struct BlockLife {
  Bits before, after, writes;  // alive at the block's begin, at its end; overwritten in between
};

// Predicates have registers of their own; two 16-bit values share one, which is not modelled.
uint32_t size_of(const Function& function, int reg) {
  const uint32_t bits = bits_of(function.parsed.registers[size_t(reg)].type);
  return bits == 1 ? 0 : std::max(1u, bits / 32);
}

std::vector<BlockLife> lives_of(const std::vector<BasicBlock>& blocks,
                                const std::vector<Accesses>& accesses, const Function& function) {
  const size_t registers = function.parsed.registers.size();
  std::vector<BlockLife> lives(blocks.size(), {Bits(registers), Bits(registers), Bits(registers)});
  for (size_t b = 0; b < blocks.size(); ++b)
    for (uint32_t at = blocks[b].begin; at < blocks[b].end; ++at) {
      for (int reg : accesses[at].reads)
        if (!lives[b].writes.has(reg)) lives[b].before.set(reg);
      // A guarded write may leave the old value.
      if (function.parsed.body[at].guard < 0)
        for (int reg : accesses[at].writes) lives[b].writes.set(reg);
    }
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t b = blocks.size(); b-- > 0;) {
      for (uint32_t next : blocks[b].successors) lives[b].after.merge(lives[next].before, nullptr);
      changed |= lives[b].before.merge(lives[b].after, &lives[b].writes);
    }
  }
  return lives;
}

// The most 32-bit registers alive between two instructions of a block.
uint32_t most_alive(const BasicBlock& block, Bits alive, const std::vector<Accesses>& accesses,
                    const Function& function) {
  uint32_t now = 0;
  alive.each([&](int reg) { now += size_of(function, reg); });
  uint32_t most = now;
  for (uint32_t at = block.end; at-- > block.begin;) {
    for (int reg : accesses[at].writes)
      if (function.parsed.body[at].guard < 0 && alive.has(reg))
        alive.clear(reg), now -= size_of(function, reg);
    for (int reg : accesses[at].reads)
      if (!alive.has(reg)) alive.set(reg), now += size_of(function, reg);
    most = std::max(most, now);
  }
  return most;
}

}  // namespace

uint32_t estimate_registers(const Function& function) {
  const std::vector<BasicBlock> blocks = basic_blocks(function);
  std::vector<Accesses> accesses;
  for (const Statement& statement : function.parsed.body)
    accesses.push_back(accesses_of(statement));
  const std::vector<BlockLife> lives = lives_of(blocks, accesses, function);
  uint32_t most = 0;
  for (size_t b = 0; b < blocks.size(); ++b)
    most = std::max(most, most_alive(blocks[b], lives[b].after, accesses, function));
  const uint32_t rounded = (most + kBesides + kUnit - 1) / kUnit * kUnit;
  return std::clamp(rounded, kFewest, kMost);
}

}  // namespace cudal1::sim
