#include "cudal1/evaluate/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace cudal1::evaluate {
namespace {

Evaluation with(Verdict verdict) {
  return {.task_id = "t",
          .candidate_id = "c",
          .verdict = std::move(verdict),
          .seconds = 1.25,
          .compile_seconds = 0.5,
          .seed = 0xfedcba9876543210};
}

Evaluation returned(const Evaluation& evaluation) {
  const std::string text = to_json(evaluation);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto back = evaluation_from_json(text);
  EXPECT_TRUE(back.has_value()) << text;
  return back.value_or(Evaluation{});
}

TEST(EvaluationJson, KeepsEverythingOfAPass) {
  Measurement it;
  it.predicted = true;
  it.device = "sim: NVIDIA H200";
  it.clock = "roofline prediction";
  it.speedup = {1.5, 1.4, 1.625};
  it.decision = measure::Decision::kFaster;
  it.reference_ns = {3.125, 1e9 / 3};
  it.candidate_ns = {2, 0.1};
  it.stop_rule = "half-width ≤ 0.2 %";
  it.stopped_by = "max-pairs";
  it.floor_ns = 7;
  it.reference_wall_ns = 1;
  it.candidate_wall_ns = 2;
  it.reference_graph_ns = 3;
  it.candidate_graph_ns = 4;
  it.own_kernel_share = 0.75;
  it.bound = "DRAM";
  it.reason = "the interval lies wholly above 1.01";
  it.noise_floor = 0.002;
  it.block = {0, 2};
  it.sm_mhz = {1980, 1700, 1975};
  it.discarded_blocks = {{1, "throttled"}};
  it.clock_unstable = true;
  it.reference_event_ns = 5;
  it.candidate_event_ns = 6;
  it.reference_energy_mj = 7;
  it.candidate_energy_mj = 8;
  it.energy_missing = "no NVML";
  it.shapes = {{"inputs_odd", {0.5, 0.25, 0.75}, measure::Decision::kSlower, 9, 10}};
  const Evaluation back = returned(with(Passed{it}));
  EXPECT_EQ(back.task_id, "t");
  EXPECT_EQ(back.candidate_id, "c");
  EXPECT_EQ(back.seconds, 1.25);
  EXPECT_EQ(back.compile_seconds, 0.5);
  EXPECT_EQ(back.seed, 0xfedcba9876543210);
  ASSERT_TRUE(back.passed());
  const Measurement& m = std::get<Passed>(back.verdict).measurement;
  EXPECT_TRUE(m.predicted);
  EXPECT_EQ(m.device, it.device);
  EXPECT_EQ(m.clock, it.clock);
  EXPECT_EQ(m.speedup.median, 1.5);
  EXPECT_EQ(m.speedup.low, 1.4);
  EXPECT_EQ(m.speedup.high, 1.625);
  EXPECT_EQ(m.decision, measure::Decision::kFaster);
  EXPECT_EQ(m.reference_ns, it.reference_ns);
  EXPECT_EQ(m.candidate_ns, it.candidate_ns);
  EXPECT_EQ(m.stop_rule, it.stop_rule);
  EXPECT_EQ(m.stopped_by, it.stopped_by);
  EXPECT_EQ(m.floor_ns, 7);
  EXPECT_EQ(m.reference_wall_ns, 1);
  EXPECT_EQ(m.candidate_wall_ns, 2);
  EXPECT_EQ(m.reference_graph_ns, 3);
  EXPECT_EQ(m.candidate_graph_ns, 4);
  EXPECT_EQ(m.own_kernel_share, 0.75);
  EXPECT_EQ(m.bound, "DRAM");
  EXPECT_EQ(m.reason, it.reason);
  EXPECT_EQ(m.noise_floor, 0.002);
  EXPECT_EQ(m.block, it.block);
  EXPECT_EQ(m.sm_mhz, it.sm_mhz);
  ASSERT_EQ(m.discarded_blocks.size(), 1u);
  EXPECT_EQ(m.discarded_blocks[0].block, 1u);
  EXPECT_EQ(m.discarded_blocks[0].reason, "throttled");
  EXPECT_TRUE(m.clock_unstable);
  EXPECT_EQ(m.reference_event_ns, 5);
  EXPECT_EQ(m.candidate_event_ns, 6);
  EXPECT_EQ(m.reference_energy_mj, 7);
  EXPECT_EQ(m.candidate_energy_mj, 8);
  EXPECT_EQ(m.energy_missing, "no NVML");
  ASSERT_EQ(m.shapes.size(), 1u);
  EXPECT_EQ(m.shapes[0].function, "inputs_odd");
  EXPECT_EQ(m.shapes[0].speedup.high, 0.75);
  EXPECT_EQ(m.shapes[0].decision, measure::Decision::kSlower);
  EXPECT_EQ(m.shapes[0].reference_ns, 9);
  EXPECT_EQ(m.shapes[0].candidate_ns, 10);
  EXPECT_EQ(back.speedup_low(), 1.4);
}

TEST(EvaluationJson, KeepsEverythingOfAFailure) {
  const auto compile =
      std::get<CompileFailed>(returned(with(CompileFailed{"m", 3, "log\n"})).verdict);
  EXPECT_EQ(compile.message, "m");
  EXPECT_EQ(compile.line, 3);
  EXPECT_EQ(compile.log, "log\n");
  const auto rejected = std::get<Rejected>(returned(with(Rejected{"r", "m", 4})).verdict);
  EXPECT_EQ(rejected.rule + rejected.message, "rm");
  EXPECT_EQ(rejected.line, 4);
  const auto runtime = std::get<RuntimeFailed>(returned(with(RuntimeFailed{"r", "m", 5})).verdict);
  EXPECT_EQ(runtime.rule + runtime.message, "rm");
  EXPECT_EQ(runtime.line, 5);
  const auto late = std::get<TimedOut>(returned(with(TimedOut{"m", 6, 2.5})).verdict);
  EXPECT_EQ(late.message, "m");
  EXPECT_EQ(late.line, 6);
  EXPECT_EQ(late.limit_seconds, 2.5);
  const auto wrong =
      std::get<WrongOutput>(returned(with(WrongOutput{"m", 7, "inputs_odd", 9, 0.5})).verdict);
  EXPECT_EQ(wrong.message + wrong.inputs, "minputs_odd");
  EXPECT_EQ(wrong.line, 7);
  EXPECT_EQ(wrong.mismatches, 9u);
  EXPECT_EQ(wrong.worst_error, 0.5);
  EXPECT_EQ(message(returned(with(WorkerDied{"gone"})).verdict), "gone");
}

TEST(EvaluationJson, KeepsErrorsThatAreNotFinite) {
  for (double error : {double(INFINITY), double(-INFINITY)}) {
    const auto back = returned(with(WrongOutput{.worst_error = error}));
    EXPECT_EQ(std::get<WrongOutput>(back.verdict).worst_error, error);
  }
  const auto back = returned(with(WrongOutput{.worst_error = std::nan("")}));
  EXPECT_TRUE(std::isnan(std::get<WrongOutput>(back.verdict).worst_error));
}

TEST(EvaluationJson, TakesMessagesThatAreNotUtf8) {
  const auto back = returned(with(WorkerDied{"bad \xff byte\nand a second line"}));
  EXPECT_EQ(message(back.verdict), "bad \xef\xbf\xbd byte\nand a second line");
}

TEST(EvaluationJson, RefusesWhatIsMalformed) {
  const std::string whole = to_json(with(Rejected{"r", "m", 4}));
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(evaluation_from_json(whole.substr(0, length))) << length;
  for (const char* text : {"[]", "{}", "null", "3", "{\"task\":1}"})
    EXPECT_FALSE(evaluation_from_json(text)) << text;
  std::string other = whole;
  other.replace(other.find("rejected"), 8, "accepted");
  EXPECT_FALSE(evaluation_from_json(other));
}

TEST(Ids, TellDifferentContentApart) {
  const Candidate plain{.source = "x"};
  std::set<std::string> ids{plain.id()};
  ids.insert(Candidate{.source = "y"}.id());
  ids.insert(Candidate{.source = "x", .tune = {{"A", "1"}}}.id());
  ids.insert(Candidate{.source = "x", .tune = {{"A", "11"}}}.id());
  ids.insert(Candidate{.source = "x", .tune = {{"A1", "1"}}}.id());
  ids.insert(Candidate{.source = "x", .tune = {{"A", "1"}, {"B", "2"}}}.id());
  EXPECT_EQ(ids.size(), 6u);
  EXPECT_EQ((Candidate{.source = "x", .origin = "tuner", .summary = "s"}.id()), plain.id());

  const Task task{.path = "a.cu", .source = "x"};
  std::set<std::string> tasks{task.id()};
  tasks.insert(Task{.source = "y"}.id());
  tasks.insert(Task{.source = "x", .call = program::CallRequest{}}.id());
  tasks.insert(Task{.source = "x", .call = program::CallRequest{"f(x)", {}}}.id());
  tasks.insert(Task{.source = "x", .call = program::CallRequest{"f(x)", {{"n", "1"}}}}.id());
  tasks.insert(Task{.source = "x", .tune = {{"n", "1"}}}.id());
  EXPECT_EQ(tasks.size(), 6u);
  EXPECT_EQ((Task{.path = "b.cu", .source = "x"}.id()), task.id());
  EXPECT_EQ(task.id().size(), 64u);
}

TEST(SpeedupLow, IsZeroForAFailure) {
  EXPECT_EQ(with(WorkerDied{}).speedup_low(), 0);
  EXPECT_EQ(with(Passed{}).speedup_low(), 0);
}

}  // namespace
}  // namespace cudal1::evaluate
