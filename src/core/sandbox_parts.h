// The means of a sandbox, one function each.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "cudal1/core/sandbox.h"

namespace cudal1 {

// ---- sandbox_landlock.cpp ----
// 0 where the kernel has none or it is switched off.
int landlock_abi();
void confine_files(const SandboxPolicy& policy, Isolation& isolation);

// ---- sandbox_limits.cpp ----
void limit_amounts(const SandboxPolicy& policy, Isolation& isolation);
// What root could do beyond its files. A GPU's driver looks at these, so the device profile keeps
// them.
void drop_capabilities(Isolation& isolation);

// ---- sandbox_seccomp.cpp ----
void filter_calls(CallProfile profile, Isolation& isolation);

// ---- sandbox_calls.cpp ----
// `value` under `mask` of argument number `argument` is what the rule is about; mask 0: any.
struct CallRule {
  enum Action { kAllow, kRefuse, kMissing, kTrap, kKill };
  int number;
  Action action = kAllow;
  int argument = 0;
  uint32_t mask = 0, value = 0;
};
// The first rule that fits counts; where none does the call is refused.
std::vector<CallRule> call_rules(CallProfile profile);

// ---- sandbox_stat.cpp ----
// Answers trapped calls that ask for a file by name: a file that cannot be opened for reading does
// not exist. Landlock alone lets anybody see whether a file is there.
void answer_trapped_calls();

}  // namespace cudal1
