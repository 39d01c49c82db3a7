// Every task that comes along passes against itself and against its twin of plain ATen calls.
#include <algorithm>

#include "binary.h"

namespace cudal1::e2e {
namespace {

std::vector<std::string> tasks() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(source_directory() / "data" / "tasks"))
    if (entry.path().extension() == ".cu") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

class Task : public testing::TestWithParam<std::string> {
 protected:
  std::string file() const { return (source_directory() / "data" / "tasks" / (GetParam() + ".cu")).string(); }
  std::string twin() const {
    return (source_directory() / "tests" / "tasks" / "reference" / (GetParam() + ".cu")).string();
  }
};

TEST_P(Task, PassesAgainstItself) {
  const Outcome run = cudal1(fresh_folder(), {"eval", file(), "--json", "-", "--device", "sim"});
  SCOPED_TRACE(run.out + run.err);
  ASSERT_EQ(run.code, 0);
  const auto json = run.json();
  EXPECT_EQ(json["schema"], "cudal1.eval/1.1.0");
  EXPECT_EQ(json["verdict"], "passed");
  EXPECT_EQ(json["predicted"], true);
  EXPECT_NEAR(json["speedup"]["median"].get<double>(), 1.0, 0.005);
  EXPECT_EQ(json["measurement"]["decision"], "same");
  EXPECT_GT(json["samples_ns"]["candidate"].at(0).get<double>(), 0);
  EXPECT_NE(json["measurement"]["reason"].get<std::string>().find("lies within ±1 % of 1"), std::string::npos);
  for (const auto& shape : json["measurement"]["shapes"]) {
    EXPECT_EQ(shape["decision"], "same") << shape;
    EXPECT_GT(shape["candidate_ns"].get<double>(), 0) << shape;
  }
}

TEST_P(Task, PassesAgainstItsTwin) {
  const Outcome run = cudal1(fresh_folder(), {"eval", file(), "--reference", twin(), "--json", "-", "--device", "sim"});
  SCOPED_TRACE(run.out + run.err);
  EXPECT_EQ(run.code, 0);
  EXPECT_EQ(run.json().value("verdict", ""), "passed");
}

// Transposing one row is a view in ATen: that shape has no speedup, and that is no fault.
TEST(Tasks, ShapesWithoutWorkAreLeftOut) {
  const fs::path root = source_directory();
  const Outcome run = cudal1(fresh_folder(), {"eval", (root / "data/tasks/transpose.cu").string(), "--reference",
                                              (root / "tests/tasks/reference/transpose.cu").string(), "--json", "-", "--device", "sim"});
  SCOPED_TRACE(run.out + run.err);
  ASSERT_EQ(run.json().value("verdict", ""), "passed");
  for (const auto& shape : run.json()["measurement"]["shapes"]) EXPECT_NE(shape["function"], "inputs_one_row");
}

INSTANTIATE_TEST_SUITE_P(All, Task, testing::ValuesIn(tasks()), [](const auto& info) { return info.param; });

TEST(Tasks, AreJudgedOnEveryShape) {
  const std::string file = (source_directory() / "data" / "tasks" / "layer_norm.cu").string();
  const Outcome run = cudal1(fresh_folder(), {"eval", file, "--json", "-", "--device", "sim", "--energy"});
  SCOPED_TRACE(run.out + run.err);
  const auto json = run.json();
  std::vector<std::string> functions;
  for (const auto& shape : json["measurement"]["shapes"]) functions.push_back(shape["function"]);
  EXPECT_EQ(functions, (std::vector<std::string>{"inputs_odd", "inputs_one_row"}));
  EXPECT_NE(run.err.find("inputs_one_row()"), std::string::npos) << "in the report as well";
  EXPECT_FALSE(json["measurement"]["energy_mj_per_call"]["missing"].is_null());
}

TEST(Tasks, AreAtLeastTwenty) { EXPECT_GE(tasks().size(), 20u); }

}  // namespace
}  // namespace cudal1::e2e
