#include "cudal1/core/shorten.h"

#include <gtest/gtest.h>

namespace cudal1 {
namespace {

TEST(Shorten, LeavesShortTextsAlone) {
  EXPECT_EQ(shortened(""), "");
  EXPECT_EQ(shortened("four", 4), "four");
  EXPECT_EQ(shortened(std::string(kMaxMessageBytes, 'x')), std::string(kMaxMessageBytes, 'x'));
}

TEST(Shorten, CutsLongOnesAndSaysSo) {
  EXPECT_EQ(shortened("123456", 4), "1234 [2 more bytes left out]");
  EXPECT_LT(shortened(std::string(1 << 20, 'x')).size(), kMaxMessageBytes + 64);
}

TEST(Shorten, CutsNoCharacter) {
  EXPECT_EQ(shortened("ab\u00e9\u00e9", 3), "ab [4 more bytes left out]");
  EXPECT_EQ(shortened("\u20ac\u20ac", 5), "\u20ac [3 more bytes left out]");
  EXPECT_EQ(shortened(std::string(100, '\x80'), 50).substr(0, 40), std::string(40, '\x80'));
}

}  // namespace
}  // namespace cudal1
