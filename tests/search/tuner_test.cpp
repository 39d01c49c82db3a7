#include "cudal1/search/tuner.h"

#include <map>
#include <set>

#include "fakes.h"

namespace cudal1::search {
namespace {

program::Program parsed(const std::string& source, const program::TuneSetting& tune = {}) {
  auto program = program::parse("test.cu", source, {.tune = tune});
  if (!program) throw std::runtime_error(program.error().message);
  return std::move(program).value();
}

std::string tuned_source(const std::string& pragmas) {
  return "#ifndef BLOCK\n#define BLOCK 256\n#endif\n#ifndef ITEMS\n#define ITEMS 1\n#endif\n" +
         pragmas +
         "__global__ void k(float* x, int n) { int i = blockIdx.x * BLOCK + threadIdx.x; x[i] = "
         "ITEMS; }\n"
         "torch::Tensor forward(torch::Tensor x) {\n"
         "  k<<<(x.numel() + BLOCK - 1) / BLOCK, BLOCK>>>(x.data_ptr<float>(), x.numel());\n"
         "  return x;\n}\n";
}

const std::string kTwoParameters = tuned_source(
    "#pragma kernel tune(BLOCK=128, 256, 1024) default(256)\n"
    "#pragma kernel tune(ITEMS=1, 2, 4) default(1)\n");

std::vector<evaluate::Candidate> all_of(Proposer& proposer) {
  std::vector<evaluate::Candidate> all;
  for (;;) {
    const auto batch = proposer.propose(4);
    if (batch.empty()) return all;
    all.insert(all.end(), batch.begin(), batch.end());
  }
}

TEST(Tuner, TriesEverySettingOnceButTheDefault) {
  const program::Program program = parsed(kTwoParameters);
  const evaluate::Task task{.path = "test.cu", .source = kTwoParameters};
  const auto tuner = make_tuner(task, program, {.seed = 1});
  EXPECT_EQ(tuner->space(), 8u);
  std::set<program::TuneSetting> settings;
  for (const auto& candidate : all_of(*tuner)) {
    EXPECT_EQ(candidate.source, task.source);
    EXPECT_EQ(candidate.origin, "tuner");
    EXPECT_EQ(candidate.summary,
              "BLOCK=" + candidate.tune.at("BLOCK") + " ITEMS=" + candidate.tune.at("ITEMS"));
    EXPECT_TRUE(settings.insert(candidate.tune).second);
  }
  EXPECT_EQ(settings.size(), 8u);
  EXPECT_FALSE(settings.contains({{"BLOCK", "256"}, {"ITEMS", "1"}}));
}

TEST(Tuner, LeavesAloneWhatTheTaskFixes) {
  const program::TuneSetting fixed{{"BLOCK", "128"}};
  const program::Program program = parsed(kTwoParameters, fixed);
  const evaluate::Task task{.path = "test.cu", .source = kTwoParameters, .tune = fixed};
  const auto tuner = make_tuner(task, program, {});
  const auto all = all_of(*tuner);
  EXPECT_EQ(all.size(), 2u);
  for (const auto& candidate : all) EXPECT_EQ(candidate.tune.at("BLOCK"), "128");
}

TEST(Tuner, TriesOnlyAcceptedSettings) {
  const program::Program program = parsed(kTwoParameters);
  const evaluate::Task task{.path = "test.cu", .source = kTwoParameters};
  const auto accept = [](const program::TuneSetting& setting) {
    return setting.at("ITEMS") != "4";
  };
  EXPECT_EQ(all_of(*make_tuner(task, program, {.accept = accept})).size(), 5u);
}

TEST(Tuner, HasNothingToDoWithoutParameters) {
  const std::string source = tuned_source("");
  const program::Program program = parsed(source);
  const evaluate::Task task{.path = "test.cu", .source = source};
  const auto tuner = make_tuner(task, program, {});
  EXPECT_EQ(tuner->space(), 0u);
  EXPECT_TRUE(tuner->propose(8).empty());
}

const std::string kPlain =
    "__global__ void k(float* x, int n) {\n"
    "  int i = blockIdx.x * blockDim.x + threadIdx.x;\n  if (i < n) x[i] = 1;\n}\n"
    "torch::Tensor forward(torch::Tensor x) {\n  const int threads = 256;\n"
    "  const int n = x.numel();\n"
    "  k<<<(n + threads - 1) / threads, threads>>>(x.data_ptr<float>(), n);\n  return x;\n}\n";

TEST(Tuner, ChangesABlockSizeInTheSource) {
  const program::Program program = parsed(kPlain);
  const evaluate::Task task{.path = "test.cu", .source = kPlain};
  const auto tuner = make_tuner(task, program, {});
  EXPECT_EQ(tuner->space(), 5u);
  std::map<std::string, std::string> sources;
  for (const auto& candidate : tuner->propose(5)) sources[candidate.summary] = candidate.source;
  ASSERT_EQ(sources.size(), 5u);
  ASSERT_TRUE(sources.contains("threads 256 → 1024"));
  EXPECT_NE(sources["threads 256 → 1024"].find("const int threads = 1024;"), std::string::npos);
  for (const auto& [summary, source] : sources) EXPECT_NE(source, kPlain);
}

TEST(Tuner, CombinesBothAndRefinesTheBlock) {
  const std::string source =
      "#ifndef FACTOR\n#define FACTOR 1\n#endif\n"
      "#pragma kernel tune(FACTOR=1, 2) default(1)\n" +
      kPlain;
  const program::Program program = parsed(source);
  const evaluate::Task task{.path = "test.cu", .source = source};
  const auto tuner = make_tuner(task, program, {.seed = 3});
  EXPECT_EQ(tuner->space(), 11u);
  // 192 threads are best: no power of two, so only a neighbour's neighbour finds them.
  evaluate::ScriptedEvaluator evaluator([](const auto&, const evaluate::Candidate& candidate) {
    const size_t at = candidate.source.find("threads = ") + 10;
    const double threads = std::stod(candidate.source.substr(at));
    const bool twice = candidate.tune.contains("FACTOR") && candidate.tune.at("FACTOR") == "2";
    return passed_with((twice ? 2 : 1) - std::abs(threads - 192) / 2000, 0.0001);
  });
  const Outcome outcome = search(task, evaluator, *tuner, {});
  ASSERT_TRUE(outcome.confirmed);
  EXPECT_EQ(outcome.state.trials[outcome.best].candidate.summary, "FACTOR=2, threads 256 → 192");
}

TEST(Tuner, ASearchIsDeterministicBySeed) {
  const std::string source = tuned_source(
      "#pragma kernel tune(BLOCK=32,64,96,128,160,192,224,256,512,1024) default(256)\n"
      "#pragma kernel tune(ITEMS=1,2,3,4,5,6,7,8) default(1)\n");
  const program::Program program = parsed(source);
  const evaluate::Task task{.path = "test.cu", .source = source};
  const auto summaries = [&](uint64_t seed) {
    evaluate::ScriptedEvaluator evaluator([](const auto&, const evaluate::Candidate& candidate) {
      return passed_with(candidate.tune.empty() ? 1
                                                : 1 + std::stod(candidate.tune.at("ITEMS")) / 10);
    });
    const auto tuner =
        make_tuner(task, program, {.exhaustive_limit = 20, .budget = 40, .seed = seed});
    SearchOptions options;
    options.stop.push_back(stop_after_evals(40));
    std::vector<std::string> result;
    for (const Trial& trial : search(task, evaluator, *tuner, options).state.trials)
      result.push_back(trial.candidate.summary);
    return result;
  };
  EXPECT_EQ(summaries(1), summaries(1));
  EXPECT_NE(summaries(1), summaries(2));
  EXPECT_EQ(summaries(1).size(), 41u);
}

}  // namespace
}  // namespace cudal1::search
