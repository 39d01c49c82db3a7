// Which system calls each profile keeps. In order: where a call stands twice, the first rule that
// fits counts.
#include <asm/ioctls.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_parts.h"

namespace cudal1 {
namespace {

using Rules = std::vector<CallRule>;
constexpr uint32_t kWhole = ~0u;
constexpr uint32_t kAnyWrite =
    O_ACCMODE | O_CREAT | O_TRUNC;               // O_TMPFILE is refused without one of O_ACCMODE
constexpr uint32_t kAnonymousName = 0x53564d41;  // PR_SET_VMA, newer than some headers

// Nobody calls these by accident.
constexpr int kHostile[] = {SYS_execve,
                            SYS_execveat,
                            SYS_ptrace,
                            SYS_process_vm_readv,
                            SYS_process_vm_writev,
                            SYS_mount,
                            SYS_umount2,
                            SYS_pivot_root,
                            SYS_chroot,
                            SYS_setns,
                            SYS_unshare,
                            SYS_keyctl,
                            SYS_add_key,
                            SYS_request_key,
                            SYS_bpf,
                            SYS_init_module,
                            SYS_finit_module,
                            SYS_delete_module,
                            SYS_kexec_load,
                            SYS_reboot,
                            SYS_swapon,
                            SYS_swapoff,
                            SYS_open_by_handle_at,
                            SYS_acct,
                            SYS_settimeofday,
                            SYS_setuid,
                            SYS_setgid,
                            SYS_setresuid,
                            SYS_setresgid};

constexpr int kEveryProfile[] = {
    SYS_read,
    SYS_write,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_preadv,
    SYS_close,
    SYS_lseek,
    SYS_fstat,
    SYS_munmap,
    SYS_mremap,
    SYS_madvise,
    SYS_brk,
    SYS_futex,
    SYS_membarrier,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sigaltstack,
    SYS_restart_syscall,
    SYS_getpid,
    SYS_gettid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_sched_get_priority_min,
    SYS_sched_get_priority_max,
    SYS_sched_getscheduler,
    SYS_sched_getparam,
    SYS_getcpu,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_times,
    SYS_getrusage,
    SYS_getrlimit,
    SYS_sysinfo,
    SYS_uname,
    SYS_getcwd,
    SYS_getrandom,
    SYS_exit,
    SYS_exit_group,
    SYS_set_robust_list,
    SYS_set_tid_address,
    SYS_rseq,
    SYS_ppoll,
    SYS_pselect6,
    SYS_recvfrom,
    SYS_sendto,
    SYS_recvmsg,
    SYS_shutdown,
#if defined(__x86_64__)
    SYS_time,
    SYS_poll,
    SYS_select,
    SYS_arch_prctl,
#endif
};

// Loading libraries, finding out about the machine, waiting.
constexpr int kLibraries[] = {
    SYS_mmap,       SYS_mprotect,      SYS_msync,        SYS_mincore,     SYS_mlock,
    SYS_munlock,    SYS_get_mempolicy, SYS_newfstatat,   SYS_statx,       SYS_statfs,
    SYS_fstatfs,    SYS_faccessat,     SYS_readlinkat,   SYS_getdents64,  SYS_fadvise64,
    SYS_dup,        SYS_dup3,          SYS_pipe2,        SYS_eventfd2,    SYS_epoll_create1,
    SYS_epoll_ctl,  SYS_epoll_pwait,   SYS_sendmsg,      SYS_getpriority, SYS_capget,
#if defined(__x86_64__)
    SYS_stat,       SYS_lstat,         SYS_access,       SYS_readlink,    SYS_dup2,
    SYS_pipe,       SYS_epoll_wait,    SYS_epoll_create, SYS_eventfd,     SYS_getdents,
#endif
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
};

// What a GPU's driver may do beside: files only where Landlock lets it write.
constexpr int kDriver[] = {
    SYS_openat,
    SYS_memfd_create,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_flock,
    SYS_fsync,
    SYS_fdatasync,
    SYS_pwrite64,
    SYS_unlinkat,
    SYS_mkdirat,
    SYS_renameat2,
    SYS_fchmod,
    SYS_umask,
    SYS_mbind,
    SYS_set_mempolicy,
    SYS_mlock2,
    SYS_mlockall,
    SYS_sched_setaffinity,
    SYS_sched_setscheduler,
    SYS_setpriority,
    SYS_socketpair,
    SYS_getsockopt,
    SYS_setsockopt,
    SYS_getsockname,
    SYS_getpeername,
    SYS_timerfd_create,
    SYS_timerfd_settime,
    SYS_timerfd_gettime,
    SYS_signalfd4,
    SYS_accept,
    SYS_accept4,
    SYS_timer_create,
    SYS_timer_settime,
    SYS_timer_gettime,
    SYS_timer_delete,
    SYS_rt_sigtimedwait,
    SYS_copy_file_range,
    SYS_getsid,
    SYS_getpgid,
#if defined(__x86_64__)
    SYS_open,
    SYS_unlink,
    SYS_mkdir,
    SYS_rename,
    SYS_getpgrp,
#endif
#ifdef SYS_close_range
    SYS_close_range,
#endif
};

template <size_t count>
void add(Rules& rules, const int (&calls)[count], CallRule::Action action = CallRule::kAllow) {
  for (const int call : calls) rules.push_back({call, action});
}

// One of these values, the rest refused.
void add_values(Rules& rules, int call, int argument, std::initializer_list<uint32_t> values) {
  for (const uint32_t value : values)
    rules.push_back({call, CallRule::kAllow, argument, kWhole, value});
}

void add_common(Rules& rules) {
  const uint32_t self = uint32_t(::getpid());
  add(rules, kEveryProfile);
  rules.push_back(
      {SYS_clone, CallRule::kAllow, 0, CLONE_THREAD, CLONE_THREAD});  // threads, no processes
  rules.push_back(
      {SYS_clone3, CallRule::kMissing});  // its flags are out of sight: glibc falls back to clone
  rules.push_back({SYS_tgkill, CallRule::kAllow, 0, kWhole, self});  // abort() and raise()
  rules.push_back({SYS_prlimit64, CallRule::kAllow, 0, kWhole, 0});
  add_values(rules, SYS_prctl, 0,
             {PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_CAPBSET_READ, kAnonymousName});
  add_values(rules, SYS_fcntl, 1,
             {F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL,
              F_DUPFD_CLOEXEC});  // not F_SETOWN: it sends signals
}

// Every way to open that changes nothing.
void add_reading(Rules& rules) {
  rules.push_back({SYS_openat, CallRule::kAllow, 2, kAnyWrite | O_PATH, O_RDONLY});
#if defined(__x86_64__)
  rules.push_back({SYS_open, CallRule::kAllow, 1, kAnyWrite | O_PATH, O_RDONLY});
#endif
  add_values(rules, SYS_ioctl, 1, {TCGETS, FIONREAD});
}

void add_compile(Rules& rules) {
  add_reading(rules);
  rules.push_back({SYS_mmap, CallRule::kAllow, 2, PROT_EXEC, 0});
  rules.push_back({SYS_mprotect, CallRule::kAllow, 2, PROT_EXEC, 0});
  rules.push_back({SYS_newfstatat, CallRule::kAllow, 3, AT_EMPTY_PATH, AT_EMPTY_PATH});
  rules.push_back({SYS_newfstatat, CallRule::kTrap});
#if defined(__x86_64__)
  rules.push_back({SYS_stat, CallRule::kTrap});
  rules.push_back({SYS_lstat, CallRule::kTrap});
#endif
}

void add_device(Rules& rules) {
  add(rules, kLibraries);
  add(rules, kDriver);
  rules.push_back(
      {SYS_ioctl, CallRule::kKill, 1, kWhole, TIOCSTI});  // types into the user's terminal
  rules.push_back({SYS_ioctl, CallRule::kKill, 1, kWhole, TIOCLINUX});
  rules.push_back({SYS_ioctl});
  add_values(rules, SYS_socket, 0, {AF_UNIX});  // connect is refused
  add_values(rules, SYS_fcntl, 1,
             {F_GETLK, F_SETLK, F_SETLKW, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_ADD_SEALS,
              F_GET_SEALS});
}

}  // namespace

std::vector<CallRule> call_rules(CallProfile profile) {
  Rules rules;
  add_common(rules);
  if (profile == CallProfile::kCompile) add_compile(rules);
  if (profile == CallProfile::kCompute) {
    add_reading(rules);
    add(rules, kLibraries);
    rules.push_back({SYS_sched_setaffinity, CallRule::kAllow, 0, kWhole, 0});
  }
  if (profile == CallProfile::kDevice) add_device(rules);
  add(rules, kHostile, CallRule::kKill);
  return rules;
}

}  // namespace cudal1
