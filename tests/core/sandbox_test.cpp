// Every attack twice: it works in a process that is not locked up (so the test would notice), and
// not in one that is.
#include "cudal1/core/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "cudal1/core/subprocess.h"

namespace cudal1 {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Two folders: the child may read one of them.
class SandboxTest : public testing::Test {
 protected:
  SandboxTest() {
    fs::create_directories(allowed());
    for (const fs::path& file : {inside(), outside()}) std::ofstream(file) << "content";
  }
  ~SandboxTest() override { fs::remove_all(root_); }

  fs::path allowed() const { return root_ / "allowed"; }
  fs::path inside() const { return allowed() / "file"; }
  fs::path outside() const { return root_ / "secret"; }

  static Subprocess start() {
    return Subprocess(SpawnOptions{.argv = {SANDBOX_CHILD}, .environment = {"HOME=/nowhere"}});
  }

  static std::string ask(Subprocess& child, const std::string& what) {
    child.channel().send(what);
    const auto answer = child.channel().receive(10s);
    if (answer.status == Channel::Status::kFrame) return answer.payload;
    child.kill();
    return child.describe_end();
  }

  Isolation enter(Subprocess& child, const std::string& profile) const {
    return decode_isolation(ask(child, "enter " + profile + " " + allowed().string()))
        .value_or(Isolation());
  }

  std::string free_attack(const std::string& what) const {
    Subprocess child = start();
    return ask(child, what);
  }
  std::string locked_attack(const std::string& profile, const std::string& what) const {
    Subprocess child = start();
    enter(child, profile);
    return ask(child, what);
  }

  // Skips where the kernel (or the container around us) does not offer what is to be tested.
  bool lacks(bool (*has)(const Isolation&)) const {
    Subprocess child = start();
    isolation_ = enter(child, "compile");
    return !has(isolation_);
  }
  mutable Isolation isolation_;

 private:
  const fs::path root_ =
      fs::temp_directory_path() / ("cudal1-sandbox-" + std::to_string(::getpid()));
};

bool has_landlock(const Isolation& isolation) { return isolation.landlock_abi > 0; }
bool has_seccomp(const Isolation& isolation) { return isolation.system_calls; }

#define NEED(has) \
  if (lacks(has)) GTEST_SKIP() << "not here: " << describe(isolation_)

constexpr const char* kProfiles[] = {"compile", "compute", "device"};

TEST_F(SandboxTest, SaysWhatIsInForce) {
  Subprocess child = start();
  const Isolation isolation = enter(child, "compile");
  EXPECT_TRUE(isolation.wanted);
  EXPECT_TRUE(isolation.limits);
  EXPECT_TRUE(isolation.no_new_privileges);
  EXPECT_EQ(isolation.complete(),
            isolation.landlock_abi > 0 && isolation.system_calls && isolation.gaps.empty());
  EXPECT_TRUE(isolation.complete() || !isolation.gaps.empty()) << "a gap goes unsaid";
}

TEST_F(SandboxTest, FilesOutsideCannotBeRead) {
  NEED(has_landlock);
  EXPECT_EQ(free_attack("read " + outside().string()), "done");
  for (const char* profile : kProfiles) {
    EXPECT_EQ(locked_attack(profile, "read " + inside().string()), "done") << profile;
    EXPECT_EQ(locked_attack(profile, "read " + outside().string()), "Permission denied") << profile;
    EXPECT_EQ(locked_attack(profile, "read " + inside().string() + "/../../secret"),
              "Not a directory");
    EXPECT_EQ(locked_attack(profile, "read " + allowed().string() + "/../secret"),
              "Permission denied")
        << profile;
    EXPECT_NE(locked_attack(profile, "read /etc/passwd"), "done") << profile;
  }
}

TEST_F(SandboxTest, ALinkLeadsNowhere) {
  NEED(has_landlock);
  fs::create_symlink(outside(), allowed() / "link");
  EXPECT_EQ(free_attack("read " + (allowed() / "link").string()), "done");
  EXPECT_EQ(locked_attack("compile", "read " + (allowed() / "link").string()), "Permission denied");
}

TEST_F(SandboxTest, ForACompilerAFileOutsideDoesNotExist) {
  NEED(has_landlock);
  NEED(has_seccomp);
  EXPECT_EQ(free_attack("stat " + outside().string()), "done");
  EXPECT_EQ(locked_attack("compile", "stat " + inside().string()), "done");
  EXPECT_EQ(locked_attack("compile", "stat " + outside().string()), "No such file or directory");
  EXPECT_EQ(locked_attack("compile", "stat " + outside().string() + "-not"),
            "No such file or directory");
  EXPECT_NE(locked_attack("compile", "access " + outside().string()), "done");
  EXPECT_NE(locked_attack("compile", "path_only " + outside().string()), "done");
}

TEST_F(SandboxTest, NothingIsWritten) {
  NEED(has_seccomp);
  for (const char* attack : {"write", "append", "truncate"}) {
    EXPECT_EQ(free_attack(attack + (" " + outside().string())), "done");
    for (const char* profile : {"compile", "compute"})
      for (const fs::path& file : {inside(), outside()})
        EXPECT_NE(locked_attack(profile, attack + (" " + file.string())), "done")
            << profile << attack;
  }
  for (const char* profile : {"compile", "compute"}) {
    EXPECT_NE(locked_attack(profile, "unlink " + inside().string()), "done");
    EXPECT_NE(locked_attack(profile, "link " + (allowed() / "l").string()), "done");
  }
  EXPECT_EQ(free_attack("link " + (allowed() / "l").string()), "done");
  EXPECT_EQ(free_attack("unlink " + inside().string()), "done");
}

TEST_F(SandboxTest, ADriverWritesWhereItMayOnly) {
  NEED(has_landlock);
  EXPECT_EQ(locked_attack("device", "write " + inside().string()), "done");
  EXPECT_EQ(locked_attack("device", "write " + outside().string()), "Permission denied");
}

TEST_F(SandboxTest, NoNetwork) {
  NEED(has_seccomp);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 8), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string attack = "connect " + std::to_string(ntohs(address.sin_port));
  EXPECT_EQ(free_attack(attack), "done");
  EXPECT_EQ(free_attack("unix_socket"), "done");
  for (const char* profile : kProfiles) {
    EXPECT_EQ(locked_attack(profile, attack), "Operation not permitted") << profile;
    EXPECT_EQ(locked_attack(profile, "socket"), "Operation not permitted") << profile;
  }
  EXPECT_EQ(locked_attack("compile", "unix_socket"), "Operation not permitted");
  EXPECT_EQ(locked_attack("compute", "unix_socket"), "Operation not permitted");
  ::close(listener);
}

TEST_F(SandboxTest, NoOtherProcess) {
  NEED(has_seccomp);
  EXPECT_EQ(free_attack("fork"), "done");
  EXPECT_EQ(free_attack("execve /bin/true"), "exit code 0");
  EXPECT_EQ(free_attack("kill_parent"), "done");
  for (const char* profile : kProfiles) {
    EXPECT_EQ(locked_attack(profile, "fork"), "Operation not permitted") << profile;
    EXPECT_EQ(locked_attack(profile, "execve /bin/true"), "signal 31 (Bad system call)") << profile;
    EXPECT_EQ(locked_attack(profile, "kill_parent"), "Operation not permitted") << profile;
  }
}

TEST_F(SandboxTest, TheParentIsOutOfReach) {
  NEED(has_landlock);
  for (const char* attack : {"parent_environ", "parent_memory"}) {
    if (free_attack(attack) != "done")
      GTEST_SKIP() << "this system forbids it to everybody: " << attack;
    for (const char* profile : kProfiles)
      EXPECT_NE(locked_attack(profile, attack), "done") << profile << attack;
  }
}

TEST_F(SandboxTest, WhatOnlyAnAttackCallsEndsIt) {
  NEED(has_seccomp);
  for (const char* profile : kProfiles)
    for (const char* attack : {"ptrace", "keyctl", "unshare"})
      EXPECT_EQ(locked_attack(profile, attack), "signal 31 (Bad system call)") << profile << attack;
}

TEST_F(SandboxTest, RareCallsAreRefused) {
  NEED(has_seccomp);
  for (const char* profile : kProfiles)
    EXPECT_EQ(locked_attack(profile, "userfaultfd"), "Operation not permitted");
}

TEST_F(SandboxTest, MemoryHasAnEnd) {
  EXPECT_EQ(free_attack("memory 4"), "done");
  for (const char* profile : kProfiles)
    EXPECT_EQ(locked_attack(profile, "memory 4"), "Cannot allocate memory");
  Subprocess child = start();
  enter(child, "compile");
  EXPECT_NE(ask(child, "raise_limits"), "done");
}

TEST_F(SandboxTest, ProcessorTimeHasAnEnd) {
  Subprocess busy = start();
  busy.channel().send("spin");
  EXPECT_EQ(busy.channel().receive(2s).status, Channel::Status::kTimeout);
  EXPECT_EQ(locked_attack("compile", "burn"), "signal 24 (CPU time limit exceeded)");
}

TEST_F(SandboxTest, ACompilerMakesNoNewCode) {
  NEED(has_seccomp);
  EXPECT_EQ(free_attack("executable"), "done");
  EXPECT_EQ(locked_attack("compile", "executable"), "Operation not permitted");
  EXPECT_EQ(locked_attack("compile", "library " + inside().string()), "Operation not permitted");
  EXPECT_EQ(locked_attack("compute", "executable"), "done");
}

TEST_F(SandboxTest, ThreadsAndAbortWork) {
  for (const char* profile : kProfiles) {
    EXPECT_EQ(locked_attack(profile, "threads"), "done") << profile;
    EXPECT_EQ(locked_attack(profile, "abort"), "signal 6 (Aborted)") << profile;
  }
}

TEST_F(SandboxTest, NothingThatIsOpenIsInherited) {
  const int low = ::open(outside().c_str(), O_RDONLY);
  const int fd = ::fcntl(low, F_DUPFD, 10);  // without O_CLOEXEC, and none of a child's own
  ::close(low);
  EXPECT_EQ(free_attack("descriptor " + std::to_string(fd)), "Bad file descriptor");
  EXPECT_EQ(free_attack("descriptor " + std::to_string(kChildChannelFd)), "done");
  ::close(fd);
}

TEST_F(SandboxTest, SwitchedOffItSaysSo) {
  Subprocess child(SpawnOptions{.argv = {SANDBOX_CHILD}, .environment = {"CUDAL1_SANDBOX=off"}});
  const Isolation isolation = enter(child, "compile");
  EXPECT_FALSE(isolation.wanted);
  EXPECT_TRUE(isolation.nothing());
  EXPECT_EQ(describe(isolation), "limits; not everything else: CUDAL1_SANDBOX=off");
  EXPECT_EQ(ask(child, "fork"), "done");
}

TEST(Isolation, TravelsWithItsGaps) {
  Isolation isolation;
  isolation.landlock_abi = 4;
  isolation.system_calls = true;
  isolation.gaps = {"files: one", "limits: two"};
  const auto copy = decode_isolation(encode(isolation));
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->landlock_abi, 4);
  EXPECT_TRUE(copy->system_calls);
  EXPECT_FALSE(copy->limits);
  EXPECT_EQ(copy->gaps, isolation.gaps);
  EXPECT_FALSE(decode_isolation("nonsense"));
  EXPECT_FALSE(decode_isolation(""));
}

}  // namespace
}  // namespace cudal1
