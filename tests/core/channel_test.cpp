#include "cudal1/core/channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace cudal1 {
namespace {

using namespace std::chrono_literals;

struct Pair {
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0); }
  int fds[2];
};

TEST(Channel, CarriesFramesInOrder) {
  Pair pair;
  Channel a(pair.fds[0]), b(pair.fds[1]);
  ASSERT_TRUE(a.send("one"));
  ASSERT_TRUE(a.send(""));
  EXPECT_EQ(b.receive(100ms).payload, "one");
  const auto empty = b.receive(100ms);
  EXPECT_EQ(empty.status, Channel::Status::kFrame);
  EXPECT_EQ(empty.payload, "");
}

TEST(Channel, CarriesFramesLargerThanTheSocketBuffer) {
  Pair pair;
  Channel a(pair.fds[0]), b(pair.fds[1]);
  const std::string large(8 << 20, 'x');
  std::thread sender([&] { EXPECT_TRUE(a.send(large)); });
  EXPECT_EQ(b.receive(5000ms).payload, large);
  sender.join();
}

TEST(Channel, TimesOutAndKeepsThePartialFrame) {
  Pair pair;
  Channel b(pair.fds[1]);
  const char head[] = {3, 0, 0, 0, 'a'};
  ASSERT_EQ(::write(pair.fds[0], head, 5), 5);
  EXPECT_EQ(b.receive(10ms).status, Channel::Status::kTimeout);
  ASSERT_EQ(::write(pair.fds[0], "bc", 2), 2);
  EXPECT_EQ(b.receive(100ms).payload, "abc");
  ::close(pair.fds[0]);
  EXPECT_EQ(b.receive(100ms).status, Channel::Status::kClosed);
}

TEST(Channel, ClosesOnAnAbsurdLength) {
  Pair pair;
  Channel b(pair.fds[1]);
  ASSERT_EQ(::write(pair.fds[0], "\xff\xff\xff\xff", 4), 4);
  EXPECT_EQ(b.receive(100ms).status, Channel::Status::kClosed);
  ::close(pair.fds[0]);
}

TEST(Channel, SendingToNobodyIsFalse) {
  Pair pair;
  Channel a(pair.fds[0]);
  ::close(pair.fds[1]);
  EXPECT_FALSE(a.send("x"));
}

}  // namespace
}  // namespace cudal1
