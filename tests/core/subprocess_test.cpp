#include "cudal1/core/subprocess.h"

#include <gtest/gtest.h>
#include <signal.h>

namespace cudal1 {
namespace {

using namespace std::chrono_literals;

Subprocess start() { return Subprocess(SpawnOptions{.argv = {ECHO_CHILD}}); }

TEST(Subprocess, TalksOverItsChannel) {
  Subprocess child = start();
  ASSERT_TRUE(child.channel().send("hello"));
  EXPECT_EQ(child.channel().receive(5s).payload, "hello");
  EXPECT_TRUE(child.running());
}

TEST(Subprocess, HangIsKilledFast) {
  Subprocess child = start();
  child.channel().send("hang");
  EXPECT_EQ(child.channel().receive(50ms).status, Channel::Status::kTimeout);
  const auto begin = std::chrono::steady_clock::now();
  child.kill();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_FALSE(child.running());
  EXPECT_EQ(child.describe_end(), "signal 9 (Killed)");
}

TEST(Subprocess, CrashClosesTheChannelAndIsDescribed) {
  Subprocess child = start();
  child.channel().send("crash");
  EXPECT_EQ(child.channel().receive(5s).status, Channel::Status::kClosed);
  child.kill();
  EXPECT_EQ(child.describe_end(), "signal 6 (Aborted)");
}

TEST(Subprocess, ExitCodeIsDescribed) {
  Subprocess child = start();
  child.channel().send("exit");
  EXPECT_EQ(child.channel().receive(5s).status, Channel::Status::kClosed);
  while (child.running()) {
  }
  EXPECT_EQ(child.describe_end(), "exit code 7");
}

TEST(Subprocess, MissingProgramEndsWith127) {
  Subprocess child(SpawnOptions{.argv = {"/nonexistent/program"}});
  EXPECT_EQ(child.channel().receive(5s).status, Channel::Status::kClosed);
  while (child.running()) {
  }
  EXPECT_EQ(child.describe_end(), "exit code 127");
}

TEST(Subprocess, ChildEndsWhenItsParentIsGone) {
  Subprocess child = start();
  child.channel().send("hang");
  { const Channel gone = std::move(child.channel()); }  // what the kernel does when the parent dies
  const auto limit = std::chrono::steady_clock::now() + 2s;
  while (child.running() && std::chrono::steady_clock::now() < limit) {
  }
  EXPECT_EQ(child.describe_end(), "exit code 0");
}

TEST(Subprocess, DestructorLeavesNoProcess) {
  pid_t pid;
  {
    Subprocess child = start();
    pid = child.pid();
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

}  // namespace
}  // namespace cudal1
