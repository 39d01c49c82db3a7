#include "disturbance.h"

#include <gtest/gtest.h>

#include <cstring>

namespace cudal1::evaluate {
namespace {

std::vector<std::byte> bytes_of(const std::vector<uint32_t>& words) {
  std::vector<std::byte> bytes(words.size() * 4);
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return bytes;
}

std::vector<uint32_t> words_of(const std::vector<std::byte>& bytes) {
  std::vector<uint32_t> words(bytes.size() / 4);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

TEST(Disturbance, LeavesAloneWhatNoCallHasChanged) {
  const execute::ChangedVariable variable{"v", bytes_of({7, 0, 9, 0}), bytes_of({7, 5, 9, 6})};
  const auto versions = disturbances(variable, 1);
  EXPECT_EQ(versions.size(), 4u);  // two words have no eighth
  for (const auto& version : versions) {
    EXPECT_EQ(words_of(version)[0], 7u);
    EXPECT_EQ(words_of(version)[2], 9u);
    EXPECT_NE(version, variable.now);
  }
}

TEST(Disturbance, OfACounterThereIsAPositiveVersion) {
  const execute::ChangedVariable variable{"calls", bytes_of({0}), bytes_of({12})};
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const auto versions = disturbances(variable, seed);
    ASSERT_EQ(versions.size(), 3u);
    EXPECT_GE(int32_t(words_of(versions[1])[0]), 0);
  }
}

TEST(Disturbance, SomeVersionsKeepTheFirstWordAndSomeTheLast) {
  std::vector<uint32_t> now(1000, 1);
  const execute::ChangedVariable variable{"memo", bytes_of(std::vector<uint32_t>(1000, 0)),
                                          bytes_of(now)};
  bool keeps_first = false, keeps_last = false;
  for (const auto& version : disturbances(variable, 3)) {
    keeps_first |= words_of(version).front() == 1;
    keeps_last |= words_of(version).back() == 1;
  }
  EXPECT_TRUE(keeps_first && keeps_last);
}

TEST(Disturbance, ShortVariablesAndNoneAtAll) {
  const execute::ChangedVariable flag{"flag", {std::byte{0}}, {std::byte{1}}};
  for (const auto& version : disturbances(flag, 5)) EXPECT_EQ(version.size(), 1u);
  EXPECT_TRUE(disturbances({"same", {std::byte{1}}, {std::byte{1}}}, 5).empty());
}

TEST(Disturbance, AllVariablesTogetherAndThenOneAtATime) {
  const std::vector<execute::ChangedVariable> left = {{"calls", bytes_of({0}), bytes_of({12})},
                                                      {"kept", bytes_of({0}), bytes_of({34})}};
  const auto states = other_states(left, 9);
  ASSERT_EQ(states.size(), 2u + 3u + 3u);
  for (size_t i : {0, 1}) {
    ASSERT_EQ(states[i].contents.size(), 2u);
    EXPECT_NE(states[i].contents[0].second, left[0].now);
    EXPECT_NE(states[i].contents[1].second, left[1].now);
  }
  for (size_t i = 2; i < states.size(); ++i) {
    ASSERT_EQ(states[i].contents.size(), 1u);
    EXPECT_EQ(states[i].contents[0].first, i % 2 == 0 ? "calls" : "kept");
    EXPECT_EQ(states[i].name, states[i].contents[0].first);
  }
  EXPECT_EQ(other_states({left[0]}, 9).size(), 3u);
  EXPECT_TRUE(other_states({}, 9).empty());
}

}  // namespace
}  // namespace cudal1::evaluate
