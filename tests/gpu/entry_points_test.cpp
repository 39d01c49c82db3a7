#include "gpu/entry_points.h"

#include <gtest/gtest.h>

namespace cudal1::gpu {
namespace {

TEST(EntryPoints, LaunchNamesAreWhatTheSourceSays) {
  const auto names = launch_names({"plain", "_Z5scalePff", "_ZN2ns5shiftEPf", "_Z4fillIfLi4EEvPT_",
                                   "_ZN12_GLOBAL__N_14anonEPf"});
  EXPECT_EQ(names.at("plain"), "plain");
  EXPECT_EQ(names.at("scale"), "_Z5scalePff");
  EXPECT_EQ(names.at("ns::shift"), "_ZN2ns5shiftEPf");
  EXPECT_EQ(names.at("fill<float, 4>"), "_Z4fillIfLi4EEvPT_");
  EXPECT_EQ(names.at("anon"), "_ZN12_GLOBAL__N_14anonEPf");
}

TEST(EntryPoints, OverloadsHaveNoShortName) {
  const auto names = launch_names({"_Z2ovPi", "_Z2ovPf", "_Z1kv"});
  EXPECT_EQ(names.count("ov"), 0u);
  EXPECT_EQ(names.count("k"), 1u);
}

TEST(EntryPoints, PtxEntriesOutsideComments) {
  const auto names = ptx_entry_points(
      "// .entry no(\n.visible .entry _Z1kv(\n)\n{ ret; }\n.weak .entry w(.param .u64 a)\n.func "
      "f()\n.entry last\n(\n");
  EXPECT_EQ(names, (std::vector<std::string>{"_Z1kv", "w", "last"}));
}

TEST(EntryPoints, JunkIsNoCubin) {
  EXPECT_TRUE(cubin_entry_points("").empty());
  EXPECT_TRUE(cubin_entry_points("\x7f"
                                 "ELF")
                  .empty());
  std::string junk(4096, '\xff');
  junk.replace(0, 5,
               "\x7f"
               "ELF\x02",
               5);
  junk[58] = 64;  // e_shentsize
  junk[59] = 0;
  EXPECT_TRUE(cubin_entry_points(junk).empty());
}

}  // namespace
}  // namespace cudal1::gpu
