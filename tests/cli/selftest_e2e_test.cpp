// selftest on the simulator: every cheat is caught, and no honest program is accused. In parts,
// which run side by side.
#include <set>

#include "binary.h"

namespace cudal1::e2e {
namespace {

// What the names of the corpus begin with ("state_ticket" → "state_"), and all tasks.
std::vector<std::string> parts() {
  std::set<std::string> found;
  for (const auto& entry :
       fs::directory_iterator(source_directory() / "tests" / "evaluate" / "cheats"))
    if (entry.path().extension() == ".cu") {
      const std::string name = entry.path().stem().string();
      found.insert(name.substr(0, name.find('_') + 1));
    }
  for (const auto& entry : fs::directory_iterator(source_directory() / "data" / "tasks"))
    if (entry.path().extension() == ".cu") found.insert(entry.path().stem().string());
  return {found.begin(), found.end()};
}

class Selftest : public testing::TestWithParam<std::string> {};

TEST_P(Selftest, CatchesEveryCheatAndAccusesNobody) {
  const Outcome run =
      cudal1(fresh_folder(), {"selftest", "--only", GetParam(), "--json", "-", "--device", "sim"},
             "", 600);
  SCOPED_TRACE(run.out + run.err);
  EXPECT_EQ(run.code, 0);
  const nlohmann::json json = run.json();
  EXPECT_EQ(json["schema"], "cudal1.selftest/1.0.0");
  for (const auto& one : json["cheats"]) EXPECT_EQ(one["caught"], true) << one["name"];
  EXPECT_GE(json["honest"].size(), std::max<size_t>(1, json["cheats"].size()));
  for (const auto& one : json["honest"])
    EXPECT_EQ(one["verdict"], "passed") << one["name"] << ": " << one["message"];
}

INSTANTIATE_TEST_SUITE_P(All, Selftest, testing::ValuesIn(parts()),
                         [](const auto& info) { return info.param; });

TEST(SelftestCorpus, IsLarge) {
  const Outcome run = cudal1(fresh_folder(), {"selftest", "--dry-run", "--device", "sim"});
  EXPECT_EQ(run.code, 0) << run.err;
  const int cheats = std::atoi(run.out.c_str());
  EXPECT_GE(cheats, 88) << run.out;
  EXPECT_NE(run.out.find(" honest programs"), std::string::npos) << run.out;
}

}  // namespace
}  // namespace cudal1::e2e
