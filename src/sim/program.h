// A decoded module: what Module::Impl owns.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/sim/ptx.h"
#include "inst.h"
#include "syntax.h"

namespace cudal1::sim {

struct alignas(64) Unit {
  std::byte bytes[kSlotUnit];
};

// A formal or local .param of a function: where in its per-lane parameter area.
struct ParamPlace {
  uint32_t offset = 0, size = 0;
};

struct Function {
  std::string name;
  bool is_kernel = false;
  ParsedFunction parsed;
  std::vector<Inst> code;
  std::deque<std::vector<Slot>> lists;
  std::deque<std::string> messages;
  std::vector<std::shared_ptr<const void>> plans;  // of matrix instructions
  std::deque<std::vector<uint32_t>> tables;        // brx.idx targets
  uint32_t frame_units = 0;
  uint32_t register_estimate = 0;  // 32-bit registers per thread, see liveness.h
  uint32_t accesses = 0;
  uint32_t local_bytes = 0;  // per thread, in this frame
  uint32_t param_bytes = 0;  // of formal parameters: for a kernel its parameter block
  uint32_t area_bytes =
      0;  // per lane: .param variables inside the body, and a device function's formals
  std::vector<ParamPlace> returns, params;
  std::vector<KernelParam> kernel_params;
  uint32_t shared_bytes = 0;  // static
};

// A call: which slots of the caller's parameter area go where.
struct CallSite {
  const Function* callee = nullptr;       // null: indirect, through the register in Inst::a
  std::string builtin;                    // vprintf, __assertfail, …
  std::vector<ParamPlace> args, results;  // in the caller's area
};

struct Module::Impl {
  std::string text;
  ParsedModule parsed;
  std::deque<Function> functions;
  std::map<std::string, Function*, std::less<>> by_name;
  std::deque<CallSite> calls;
  std::vector<Unit> pool;  // immediates, one value in all lanes
  std::map<std::pair<uint64_t, uint32_t>, uint32_t> pool_index;
  std::vector<ModuleVariable> variables;
  std::map<std::string, std::vector<uint64_t>, std::less<>> storage;  // by variable
  uint32_t dynamic_shared_align = 16;

  const Function* find(std::string_view name) const {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
  }
  const Function* kernel(std::string_view name) const {
    const Function* function = find(name);
    return function && function->is_kernel && function->parsed.has_body ? function : nullptr;
  }
};

}  // namespace cudal1::sim
