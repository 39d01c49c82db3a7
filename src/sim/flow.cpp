#include "flow.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cudal1::sim {
namespace {

bool leaves(const Statement& statement) {
  return statement.opcode == "ret" || statement.opcode == "exit" || statement.opcode == "trap";
}

std::vector<uint32_t> targets_of(const Function& function, uint32_t at) {
  const Inst& inst = function.code[at];
  const std::string_view opcode = function.parsed.body[at].opcode;
  if (opcode == "bra") return {inst.target};
  if (opcode == "brx" && inst.extra) {
    for (const auto& table : function.tables)
      if (&table == inst.extra) return table;
  }
  return {};
}

// Whether a guarded branch jumps forward over fewer than `most` instructions, none of them a jump.
bool skips_few(const Function& function, uint32_t at, uint32_t most) {
  const Statement& statement = function.parsed.body[at];
  if (statement.opcode != "bra" || statement.guard < 0) return false;
  const uint32_t target = function.code[at].target;
  if (target <= at || target - at > most) return false;
  return std::all_of(function.parsed.body.begin() + at + 1, function.parsed.body.begin() + target,
                     [](const Statement& s) {
                       return s.opcode != "bra" && s.opcode != "brx" && s.opcode != "call" &&
                              s.opcode != "bar" && s.opcode != "barrier" && !leaves(s);
                     });
}

void collect(const Operand& operand, std::vector<int>& registers) {
  if (operand.reg >= 0) registers.push_back(operand.reg);
  if (operand.second >= 0) registers.push_back(operand.second);
  for (const Operand& element : operand.elements) collect(element, registers);
}

// Whether operand 0 receives the result.
bool has_result(const Statement& statement) {
  static constexpr std::array<std::string_view, 18> kNone = {
      "st",     "red",           "bra",   "brx",       "ret",       "exit",
      "trap",   "brkpt",         "call",  "prefetch",  "prefetchu", "discard",
      "membar", "applypriority", "fence", "nanosleep", "stmatrix",  "cp"};
  if (std::find(kNone.begin(), kNone.end(), statement.opcode) != kNone.end()) return false;
  const auto has = [&](std::string_view modifier) {
    return std::find(statement.modifiers.begin(), statement.modifiers.end(), modifier) !=
           statement.modifiers.end();
  };
  if (statement.opcode == "bar" || statement.opcode == "barrier") return has("red");
  return !(statement.opcode == "wmma" && has("store"));
}

}  // namespace

std::vector<BasicBlock> basic_blocks(const Function& function, uint32_t predicated) {
  const auto size = uint32_t(function.code.size());
  std::vector<bool> leads(size + 1, false);
  leads[0] = leads[size] = true;
  for (uint32_t at = 0; at < size; ++at) {
    const Statement& statement = function.parsed.body[at];
    if (skips_few(function, at, predicated)) continue;
    const bool jumps = statement.opcode == "bra" || statement.opcode == "brx";
    for (uint32_t target : targets_of(function, at)) leads[std::min(target, size)] = true;
    if (jumps || leaves(statement)) leads[at + 1] = true;
  }
  std::vector<BasicBlock> blocks;
  std::vector<uint32_t> block_of(size + 1, 0);
  for (uint32_t at = 0; at < size; ++at) {
    if (leads[at]) blocks.push_back({at, at, {}});
    block_of[at] = uint32_t(blocks.size() - 1);
    blocks.back().end = at + 1;
  }
  for (BasicBlock& block : blocks) {
    const uint32_t last = block.end - 1;
    const Statement& statement = function.parsed.body[last];
    for (uint32_t target : targets_of(function, last))
      if (target < size) block.successors.push_back(block_of[target]);
    const bool goes_on = statement.guard >= 0 || !(statement.opcode == "bra" ||
                                                   statement.opcode == "brx" || leaves(statement));
    if (goes_on && block.end < size) block.successors.push_back(block_of[block.end]);
  }
  return blocks;
}

Accesses accesses_of(const Statement& statement) {
  Accesses found;
  if (statement.guard >= 0) found.reads.push_back(statement.guard);
  for (size_t i = 0; i < statement.operands.size(); ++i) {
    const Operand& operand = statement.operands[i];
    const bool is_result = i == 0 && has_result(statement) && operand.kind != OperandKind::kAddress;
    collect(operand, is_result ? found.writes : found.reads);
  }
  return found;
}

}  // namespace cudal1::sim
