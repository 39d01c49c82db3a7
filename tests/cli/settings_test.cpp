#include "cudal1/cli/settings.h"

#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <sstream>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cudal1/core/error.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

class SettingsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::create_directories(folder_);
    fs::current_path(folder_);
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  Settings settings(const Words& words, std::map<std::string, std::string> environment = {}) {
    return resolve(parse_command_line(kOptimize, words),
                   [=](const std::string& name) -> std::optional<std::string> {
                     const auto found = environment.find(name);
                     return found == environment.end() ? std::nullopt
                                                       : std::optional(found->second);
                   });
  }
  std::string problem(const Words& words, std::map<std::string, std::string> environment = {}) {
    try {
      settings(words, environment);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "no error";
  }
  fs::path folder_;
};

TEST_F(SettingsTest, DefaultsComeFromTheTable) {
  EXPECT_EQ(settings({}).count("trials"), 3u);
  EXPECT_EQ(settings({}).of("trials").source, "default");
  EXPECT_FALSE(settings({}).is_set("max-time"));
}

TEST_F(SettingsTest, FlagsWinOverEnvironmentOverFilesLeftToRight) {
  write("a.json", R"({"trials": 4, "slots": 4, "max-time": "4s", "seed": 4})");
  write("b.json", R"({"trials": 5, "slots": 5, "max-time": "5s"})");
  const Settings result = settings({"--config", "a.json", "--config", "b.json", "--trials", "7"},
                                   {{"CUDAL1_TRIALS", "6"}, {"CUDAL1_SLOTS", "6"}});
  EXPECT_EQ(result.count("trials"), 7u);
  EXPECT_EQ(result.of("trials").source, "--trials");
  EXPECT_EQ(result.count("slots"), 6u);
  EXPECT_EQ(result.of("slots").source, "CUDAL1_SLOTS");
  EXPECT_EQ(result.duration("max-time"), std::chrono::seconds(5));
  EXPECT_EQ(result.of("max-time").source, "b.json");
  EXPECT_EQ(result.of("seed").source, "a.json");
}

TEST_F(SettingsTest, UnknownKeysAreErrorsWithASuggestion) {
  write("a.json", R"({"trails": 4})");
  EXPECT_EQ(problem({"--config", "a.json"}),
            "a.json: unknown key \"trails\"; did you mean \"trials\"?");
}

TEST_F(SettingsTest, KeysOfOtherCommandsAreLeftAlone) {
  write("a.json", R"({"host-only": true, "trials": 9})");
  EXPECT_EQ(settings({"--config", "a.json"}).count("trials"), 9u);
}

TEST_F(SettingsTest, FlagOnlyOptionsHaveNoKey) {
  write("a.json", R"({"dry-run": true})");
  EXPECT_EQ(problem({"--config", "a.json"}), "a.json: \"dry-run\" can only be given as --dry-run");
}

TEST_F(SettingsTest, EveryProblemIsToldAtOnce) {
  write("a.json", R"({"trails": 4, "slots": "many", "device": ["gpu"]})");
  EXPECT_EQ(problem({"--config", "a.json", "--trials", "x", "--colour", "always"},
                    {{"CUDAL1_DEVICE", "tpu"}}),
            "6 problems:\n"
            "  - unknown option --colour; did you mean --color?\n"
            "  - a.json: unknown key \"trails\"; did you mean \"trials\"?\n"
            "  - a.json: \"slots\": 'many' is not a whole number, 0 or more\n"
            "  - a.json: \"device\": [\"gpu\"] is not a value it can have\n"
            "  - CUDAL1_DEVICE: 'tpu' is not one of auto, cuda, sim\n"
            "  - --trials: 'x' is not a whole number, 0 or more");
}

TEST_F(SettingsTest, WrongValuesSayWhatIsExpected) {
  EXPECT_EQ(problem({"--max-time", "soon"}),
            "--max-time: 'soon' is not a time such as 90, 90s, 5m or 1.5h");
  EXPECT_EQ(problem({"--tune", "BLOCK"}), "--tune: 'BLOCK' is not NAME=value");
  EXPECT_EQ(problem({}, {{"CUDAL1_QUIET", "yes"}}), "CUDAL1_QUIET: 'yes' is not true or false");
}

TEST_F(SettingsTest, FilesThatCannotBeReadAreProblems) {
  EXPECT_NE(problem({"--config", "missing.json"}).find("missing.json"), std::string::npos);
  EXPECT_NE(problem({"--config", "."}).find("."), std::string::npos);
  write("broken.json", "{\"trials\": ");
  EXPECT_EQ(problem({"--config", "broken.json"}).substr(0, 22), "broken.json: not JSON:");
  write("broken.json", "{\"trials\": 1e999}");
  EXPECT_EQ(problem({"--config", "broken.json"}).substr(0, 22), "broken.json: not JSON:");
  write("list.json", "[1]");
  EXPECT_EQ(problem({"--config", "list.json"}),
            "list.json: expected a JSON object {\"option\": value}");
}

TEST_F(SettingsTest, AssignmentsAreObjectsInFilesAndWordsInTheEnvironment) {
  write("a.json", R"({"tune": {"BLOCK": 256, "UNROLL": "4"}})");
  const std::map<std::string, std::string> expected{{"BLOCK", "256"}, {"UNROLL", "4"}};
  EXPECT_EQ(settings({"--config", "a.json"}).assignments("tune"), expected);
  EXPECT_EQ(settings({}, {{"CUDAL1_TUNE", "BLOCK=256 UNROLL=4"}}).assignments("tune"), expected);
}

TEST_F(SettingsTest, JsonReadsBackToTheSameSettings) {
  const Settings first =
      settings({"--trials", "9", "--tune", "B=1", "--max-time", "5m", "-q", "--call", "f(x)"});
  write("saved.json", settings_to_json(first));
  const Settings again = settings({"--config", "saved.json"});
  for (const Setting& setting : first.all()) {
    if (setting.option->places == Places::kFlagOnly) continue;
    EXPECT_EQ(again.of(setting.option->name).values, setting.values) << setting.option->name;
  }
}

TEST_F(SettingsTest, PrintedWithTheirSources) {
  std::istringstream rows(render_settings(settings({"--trials", "9"}, {{"CUDAL1_DEVICE", "sim"}})));
  std::set<std::vector<std::string>> found;
  for (std::string row; std::getline(rows, row);) {
    std::istringstream words(row);
    found.insert({std::istream_iterator<std::string>(words), std::istream_iterator<std::string>()});
  }
  EXPECT_TRUE(found.contains({"trials", "9", "--trials"}));
  EXPECT_TRUE(found.contains({"device", "sim", "CUDAL1_DEVICE"}));
  EXPECT_TRUE(found.contains({"color", "auto", "default"}));
}

}  // namespace
}  // namespace cudal1::cli
