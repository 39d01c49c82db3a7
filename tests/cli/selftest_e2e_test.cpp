// selftest on the simulator: a handful of cheats of different kinds is caught, and all twins are
// honest.
#include "binary.h"

namespace cudal1::e2e {
namespace {

class Selftest : public testing::TestWithParam<const char*> {};

TEST_P(Selftest, CatchesTheCheat) {
  const std::string name = GetParam();
  const Outcome run =
      cudal1(fresh_folder(), {"selftest", "--only", name, "--json", "-", "--device", "sim"});
  SCOPED_TRACE(run.out + run.err);
  EXPECT_EQ(run.code, 0);
  const nlohmann::json json = run.json();
  ASSERT_EQ(json.value("cheats", nlohmann::json::array()).size(), 1u);
  EXPECT_EQ(json["schema"], "cudal1.selftest/1.0.0");
  EXPECT_EQ(json["cheats"][0]["name"], name);
  EXPECT_EQ(json["cheats"][0]["caught"], true);
  EXPECT_EQ(json["honest"][0]["name"], name + ".ok");
  EXPECT_EQ(json["honest"][0]["verdict"], "passed");
}

INSTANTIATE_TEST_SUITE_P(Handful, Selftest,
                         testing::Values("aten_same_operator", "bounds_whole_tiles", "hang_spin",
                                         "hint_prefetch_next", "late_async_copy",
                                         "luck_block_order", "luck_no_barrier",
                                         "mutate_and_restore_exactly", "mutate_target",
                                         "nan_everywhere", "partial_sampled_rows",
                                         "partial_vector_tail", "partial_when_large",
                                         "precision_fast_tanh", "precision_tf32_matmul",
                                         "scan_neighbour", "shape_switch", "shortcut_skipped_k",
                                         "speed_unsampled_blocks", "state_every_other_call",
                                         "state_namespace"),
                         [](const auto& info) { return std::string(info.param); });

// Whatever becomes of cheats, no honest program may be accused.
TEST(SelftestWhole, AccusesNobody) {
  const Outcome run =
      cudal1(fresh_folder(), {"selftest", "--json", "-", "--device", "sim", "--seed", "1"}, "", 900);
  const nlohmann::json json = run.json();
  ASSERT_TRUE(json.contains("honest")) << run.err;
  EXPECT_GE(json["honest"].size(), 150u);
  for (const auto& one : json["honest"])
    EXPECT_EQ(one["verdict"], "passed") << one["name"] << ": " << one["message"];
}

}  // namespace
}  // namespace cudal1::e2e
