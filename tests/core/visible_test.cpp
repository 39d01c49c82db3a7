#include "cudal1/core/visible.h"

#include <gtest/gtest.h>

namespace cudal1 {
namespace {

TEST(Visible, SpellsOutWhatATerminalWouldObey) {
  EXPECT_EQ(visible("\x1b[2Jpassed\r"), "\\x1b[2Jpassed\\x0d");
  EXPECT_EQ(visible(std::string("a\0b\x7f", 4)), "a\\x00b\\x7f");
}

TEST(Visible, LeavesTextAlone) {
  EXPECT_EQ(visible("one\n\ttwo \u00e9 \u20ac"), "one\n\ttwo \u00e9 \u20ac");
}

}  // namespace
}  // namespace cudal1
