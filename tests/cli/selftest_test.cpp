// selftest with a scripted judge: what is evaluated, what counts as caught, what is printed, the
// exit code.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cudal1/cli/run.h"
#include "cudal1/cli/selftest_report.h"
#include "golden.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;
using evaluate::Candidate;
using evaluate::Evaluation;
using evaluate::Task;
using evaluate::Verdict;

evaluate::Passed passed(double speedup) {
  evaluate::Measurement measurement;
  measurement.speedup = {speedup, speedup, speedup};
  return {measurement};
}

Evaluation evaluation(Verdict verdict) { return {.verdict = std::move(verdict), .seconds = 0.25}; }

constexpr const char* kProgram = R"(#include <torch/extension.h>
torch::Tensor forward(torch::Tensor x) { return x * 2.0; }
std::vector<torch::Tensor> inputs() { return {torch::randn({64}, torch::kCUDA)}; }
)";
constexpr const char* kTask = R"(#include <torch/extension.h>
#ifndef BLOCK
#define BLOCK 128
#endif
#ifndef ITEMS
#define ITEMS 1
#endif
#pragma kernel tune(BLOCK=64, 128, 256) default(128)
#pragma kernel tune(ITEMS=1, 2) default(1)
__global__ void scale(const float* x, float* y, int n) {
  for (int i = (blockIdx.x * BLOCK + threadIdx.x) * ITEMS, k = 0; k < ITEMS && i + k < n; k++) y[i + k] = 2 * x[i + k];
}
torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int n = x.numel();
  scale<<<(n + BLOCK * ITEMS - 1) / (BLOCK * ITEMS), BLOCK>>>(x.data_ptr<float>(), y.data_ptr<float>(), n);
  return y;
}
std::vector<torch::Tensor> inputs() { return {torch::randn({64}, torch::kCUDA)}; }
)";
constexpr const char* kExpected = R"({
  "lazy": {"sim": ["passed"], "cuda": ["wrong_output"], "why": "every element is compared"},
  "sly": {"sim": ["passed"], "cuda": ["rejected", "harmless"], "why": "the cache is cold"}
})";

class SelftestTest : public testing::Test {
 protected:
  void SetUp() override {
    installation_ = fs::path(testing::TempDir()) / "cudal1-selftest" /
                    testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(installation_);
    for (const char* name : {"lazy", "lazy.ok", "sly", "sly.ok"})
      write("tests/evaluate/cheats/" + std::string(name) + ".cu",
            "// Is " + std::string(name) + ".\n// reference: double.cu\n" + kProgram);
    write("tests/evaluate/cheats/expected.json", kExpected);
    write("tests/evaluate/cheats/references/double.cu", kProgram);
    write("data/tasks/scale.cu", kTask);
    write("data/tasks/plain.cu", kProgram);
    verdicts_ = {{"lazy", evaluate::WrongOutput{"0, expected 1", 3, "inputs_odd", 64, 1}},
                 {"sly", passed(1.5)},
                 {"sly.ok", passed(1.45)}};
  }
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((installation_ / name).parent_path());
    std::ofstream(installation_ / name) << text;
  }

  int selftest(std::vector<std::string> words) {
    words.insert(words.begin(), {"cudal1", "selftest"});
    std::ostringstream out, err;
    Services services{.out = out, .err = err};
    services.environment = [](const std::string&) -> std::optional<std::string> {
      return std::nullopt;
    };
    services.make_evaluator = [this](const evaluate::WorkerOptions& options) {
      options_ = options;
      return std::make_unique<evaluate::ScriptedEvaluator>(
          [this](const Task& task, const Candidate& candidate) {
            seen_.insert(candidate.summary + " against " + fs::path(task.path).filename().string());
            const auto found = verdicts_.find(candidate.summary);
            return evaluation(found == verdicts_.end() ? passed(1) : found->second);
          });
    };
    services.installation = installation_;
    const int code = run(words, services);
    out_ = out.str();
    err_ = err.str();
    return code;
  }
  nlohmann::json json() { return nlohmann::json::parse(out_); }

  fs::path installation_;
  std::map<std::string, Verdict> verdicts_;
  std::set<std::string> seen_;
  evaluate::WorkerOptions options_;
  std::string out_, err_;
};

TEST_F(SelftestTest, JudgesCheatsTwinsAndTunedTasks) {
  EXPECT_EQ(selftest({"--slots", "3", "--trials", "5"}), 0) << err_ << out_;
  EXPECT_EQ(seen_, (std::set<std::string>{"lazy against double.cu", "lazy.ok against double.cu",
                                          "sly against double.cu", "sly.ok against double.cu",
                                          "plain against plain.cu", "scale against scale.cu",
                                          "scale BLOCK=64 ITEMS=1 against scale.cu",
                                          "scale BLOCK=256 ITEMS=2 against scale.cu"}));
  EXPECT_EQ(options_.slots, 3);
  EXPECT_EQ(options_.evaluation.trials, 5u);
  EXPECT_NE(out_.find("2 of 2 cheats caught, 6 of 6 honest programs passed on scripted"),
            std::string::npos)
      << out_;
}

TEST_F(SelftestTest, ASurvivorIsToldAndExitsWith1) {
  verdicts_["lazy"] = passed(30);
  EXPECT_EQ(selftest({"--json", "-"}), 1);
  EXPECT_EQ(json()["schema"], "cudal1.selftest/1.0.0");
  EXPECT_EQ(json()["cheats"][0]["name"], "lazy");
  EXPECT_EQ(json()["cheats"][0]["caught"], false);
  EXPECT_EQ(json()["cheats"][1]["caught"], true);
  EXPECT_NE(err_.find("survived  lazy: passed 30.0×, acceptable: wrong_output"), std::string::npos)
      << err_;
}

TEST_F(SelftestTest, AnAccusedTwinIsToldAndExitsWith1) {
  verdicts_["lazy.ok"] = evaluate::Rejected{"input_mutation", "argument 1 is changed", 4};
  EXPECT_EQ(selftest({}), 1);
  EXPECT_NE(out_.find("accused   lazy.ok: rejected: argument 1 is changed"), std::string::npos)
      << out_;
}

TEST_F(SelftestTest, ACheatIsHarmlessWhileItIsNoFasterThanItsTwin) {
  verdicts_["sly"] = passed(1.7);
  EXPECT_EQ(selftest({}), 1);
  verdicts_["sly"] = evaluate::Rejected{"state", "variable changed", 4};
  EXPECT_EQ(selftest({}), 0);
}

TEST_F(SelftestTest, OnlyPicksByName) {
  EXPECT_EQ(selftest({"--only", "l"}), 0);
  EXPECT_EQ(selftest({"--only", "slate"}), 2);
  EXPECT_NE(err_.find("no cheat and no task has 'slate' in its name"), std::string::npos) << err_;
  seen_.clear();
  EXPECT_EQ(selftest({"--only", "laz"}), 0);
  EXPECT_EQ(seen_, (std::set<std::string>{"lazy against double.cu", "lazy.ok against double.cu"}));
}

TEST_F(SelftestTest, CorpusMayLieElsewhere) {
  fs::rename(installation_ / "tests/evaluate/cheats", installation_ / "elsewhere");
  EXPECT_EQ(selftest({}), 4);
  EXPECT_NE(err_.find("--corpus DIR names another place"), std::string::npos) << err_;
  EXPECT_EQ(selftest({"--corpus", (installation_ / "elsewhere").string()}), 0) << err_;
}

TEST_F(SelftestTest, DryRunCountsAndRunsNothing) {
  EXPECT_EQ(selftest({"--dry-run"}), 0);
  EXPECT_EQ(out_, "2 cheats and 6 honest programs would be judged. Nothing was run: --dry-run.\n");
  EXPECT_TRUE(seen_.empty());
}

TEST_F(SelftestTest, TakesNoArguments) {
  EXPECT_EQ(selftest({"lazy"}), 2);
  EXPECT_NE(err_.find("cudal1 selftest --only lazy"), std::string::npos) << err_;
}

TEST(SelftestReport, IsATableWithSurvivorsAndAccused) {
  SelftestResult result{.argv = {"cudal1", "selftest"}, .device = "NVIDIA H200"};
  const auto cheat = [&](const std::string& name, std::vector<std::string> acceptable,
                         Verdict verdict, Verdict twin) {
    result.cheats.push_back({name, "why " + name + " fails", std::move(acceptable),
                             evaluation(std::move(verdict)), evaluation(twin)});
    result.honest.push_back({name + ".ok", evaluation(std::move(twin))});
  };
  cheat("hint", {"harmless"}, passed(1.02), passed(1));
  cheat("lazy", {"wrong_output"}, evaluate::WrongOutput{"0, expected 1", 3, "inputs_odd", 64, 1},
        passed(1));
  cheat("sly", {"rejected", "wrong_output"}, passed(30), passed(1.25));
  cheat("thief", {"runtime_failed"}, evaluate::RuntimeFailed{"out_of_bounds", "past the end", 5},
        evaluate::WrongOutput{"2, expected 1\nmore", 3, "inputs", 1, 1});
  result.honest.push_back({"gelu BLOCK=64", evaluation(passed(1))});
  EXPECT_FALSE(result.ok());
  expect_golden("selftest.txt", render_selftest(result, Style{}));
  expect_golden("selftest.json", selftest_to_json(result));
}

}  // namespace
}  // namespace cudal1::cli
