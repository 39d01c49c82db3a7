#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "sandbox_parts.h"

namespace cudal1 {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kArchitecture = 0;  // no table of calls: nothing is filtered, and that is said
#endif

constexpr uint32_t kX32Bit = 0x40000000;  // a second set of numbers for the same calls

uint32_t verdict(CallRule::Action action) {
  switch (action) {
    case CallRule::kAllow:
      return SECCOMP_RET_ALLOW;
    case CallRule::kMissing:
      return SECCOMP_RET_ERRNO | ENOSYS;
    case CallRule::kTrap:
      return SECCOMP_RET_TRAP;
    case CallRule::kKill:
      return SECCOMP_RET_KILL_PROCESS;
    case CallRule::kRefuse:
      break;
  }
  return SECCOMP_RET_ERRNO | EPERM;
}

sock_filter load(size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, uint32_t(offset)); }
sock_filter answer(uint32_t what) { return BPF_STMT(BPF_RET | BPF_K, what); }
// Skips so many instructions where the loaded value is not, or is, `value`.
sock_filter unless_equal(uint32_t value, uint8_t skip) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip);
}
sock_filter if_at_least(uint32_t value, uint8_t otherwise) {
  return BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, 0, otherwise);
}

// The low half: every argument looked at is an int or a set of flags below bit 32. (Both
// architectures are little-endian.)
size_t argument_offset(int argument) { return offsetof(seccomp_data, args) + size_t(argument) * 8; }

void append(std::vector<sock_filter>& program, const CallRule& rule) {
  if (rule.mask == 0) {
    program.push_back(unless_equal(uint32_t(rule.number), 1));
    program.push_back(answer(verdict(rule.action)));
    return;
  }
  program.push_back(unless_equal(uint32_t(rule.number), 5));
  program.push_back(load(argument_offset(rule.argument)));
  program.push_back(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, rule.mask));
  program.push_back(unless_equal(rule.value, 1));
  program.push_back(answer(verdict(rule.action)));
  program.push_back(load(offsetof(seccomp_data, nr)));  // for the next rule
}

std::vector<sock_filter> assemble(const std::vector<CallRule>& rules) {
  std::vector<sock_filter> program = {
      load(offsetof(seccomp_data, arch)),  unless_equal(kArchitecture, 1),
      BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0), answer(SECCOMP_RET_KILL_PROCESS),
      load(offsetof(seccomp_data, nr)),    if_at_least(kX32Bit, 1),
      answer(SECCOMP_RET_KILL_PROCESS)};
  for (const CallRule& rule : rules) append(program, rule);
  program.push_back(answer(verdict(CallRule::kRefuse)));
  return program;
}

}  // namespace

void filter_calls(CallProfile profile, Isolation& isolation) {
  if (kArchitecture == 0) {
    isolation.gaps.push_back("system calls: no table for this processor");
    return;
  }
  std::vector<sock_filter> program = assemble(call_rules(profile));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  // All threads at once, those that ran before as well.
  const long status =
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
  isolation.system_calls = status == 0;
  if (status > 0)
    isolation.gaps.push_back("system calls: thread " + std::to_string(status) +
                             " has a filter of its own");
  if (status < 0)
    isolation.gaps.push_back(std::string("system calls: seccomp is refused (") +
                             std::strerror(errno) + ")");
}

}  // namespace cudal1
