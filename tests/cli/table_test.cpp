#include "cudal1/cli/table.h"

#include <gtest/gtest.h>

namespace cudal1::cli {
namespace {

TEST(Table, AlignsByWhatIsSeen) {
  Table table({{"name"}, {"time", Align::kRight}, {"note"}});
  table.row({"a", "1.5 µs", ""});
  table.row({"long name", "12 µs", "x"});
  EXPECT_EQ(table.render(Style{}),
            "name         time  note\n"
            "a          1.5 µs\n"
            "long name   12 µs  x\n");
}

TEST(Table, ColoursTakeNoRoom) {
  Table table({{"a"}, {"b"}});
  table.row({Style{true}.green("ok"), "1"});
  table.row({"error", "2"});
  EXPECT_EQ(table.render(Style{}), "a      b\n\033[32mok\033[0m     1\nerror  2\n");
}

TEST(Style, ClipsByColumns) {
  EXPECT_EQ(clipped("µµµµ", 4), "µµµµ");
  EXPECT_EQ(clipped("µµµµµ", 4), "µµµ…");
  EXPECT_EQ(display_width("\033[1mµ\033[0m×"), 2);
}

}  // namespace
}  // namespace cudal1::cli
