// Rendered reports and their JSON, against approved files.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cudal1/cli/check_report.h"
#include "cudal1/cli/doctor_report.h"
#include "cudal1/cli/eval_report.h"
#include "cudal1/cli/isolation.h"
#include "cudal1/cli/optimize_report.h"
#include "cudal1/cli/progress.h"
#include "golden.h"

namespace cudal1::cli {
namespace {

using evaluate::Evaluation;

evaluate::Passed passed(double speedup, bool predicted) {
  evaluate::Measurement m;
  m.predicted = predicted;
  m.device = predicted ? "sim: NVIDIA H200" : "NVIDIA H200";
  m.clock = predicted ? "roofline prediction" : "CUPTI span";
  m.speedup = predicted ? measure::Interval{speedup, speedup, speedup}
                        : measure::Interval{speedup, speedup * 0.99, speedup * 1.01};
  m.decision = speedup > 1.02   ? measure::Decision::kFaster
               : speedup < 0.98 ? measure::Decision::kSlower
                                : measure::Decision::kSame;
  m.reference_ns = predicted ? std::vector{1e6} : std::vector{1e6, 1.002e6, 0.998e6, 1e6};
  for (const double ns : m.reference_ns) m.candidate_ns.push_back(ns / speedup);
  m.stop_rule = "half-width ≤ 0.2 % or 400 pairs or 0.5 s";
  m.stopped_by = "half-width";
  m.reason = "the interval says so";
  m.floor_ns = 4.5e5;
  m.shapes = {{"inputs_odd", {1.5, 1.5, 1.5}, measure::Decision::kFaster, 3e3, 2e3}};
  if (predicted)
    m.bound = "DRAM";
  else
    m.noise_floor = 0.0021, m.block = {0, 0, 1, 1}, m.sm_mhz = {1980, 1965},
    m.reference_event_ns = 1.005e6, m.candidate_event_ns = 1.005e6 / speedup,
    m.reference_wall_ns = 1.1e6, m.candidate_wall_ns = 1.1e6 / speedup,
    m.reference_graph_ns = 1.01e6, m.candidate_graph_ns = 1.01e6 / speedup;
  return {m};
}

// Everything that can be said about a measurement at once.
evaluate::Passed troubled() {
  evaluate::Passed it = passed(1.25, false);
  evaluate::Measurement& m = it.measurement;
  m.block = {0, 0, 3, 3};
  m.sm_mhz = {1980, 1700, 0, 1965};
  m.discarded_blocks = {{1, "throttled: 1700 MHz, where 1973 MHz are usual"},
                        {2, "a run has no time"}};
  m.reference_energy_mj = 12.34;
  m.candidate_energy_mj = 8.1;
  m.own_kernel_share = 0.4;
  m.shapes.push_back({"inputs_wide", {0.8, 0.79, 0.81}, measure::Decision::kSlower, 2e3, 2.5e3});
  m.shapes.push_back({"inputs_one", {1, 0.9, 1.1}, measure::Decision::kAmbiguous, 2e3, 2e3});
  return it;
}

search::Trial trial(const std::string& summary, evaluate::Verdict verdict) {
  search::Trial trial;
  trial.candidate = {.source = "source of " + summary,
                     .tune = {{"BLOCK", summary}},
                     .origin = "tuner",
                     .summary = summary};
  trial.evaluation = {.task_id = "task",
                      .candidate_id = "id-" + summary,
                      .verdict = std::move(verdict),
                      .seconds = 0.25,
                      .compile_seconds = 0.05,
                      .seed = 42};
  return trial;
}

struct SampleRun {
  search::Outcome outcome;
  OptimizeResult result;

  explicit SampleRun(bool predicted) {
    outcome.state.trials = {
        trial("as given", passed(1, predicted)), trial("BLOCK=128", passed(1.1, predicted)),
        trial("BLOCK=512", passed(1.6, predicted)),
        trial("BLOCK=1024",
              evaluate::WrongOutput{.message = "3 of 100 elements differ", .line = 7}),
        trial("BLOCK=64", passed(0.8, predicted))};
    outcome.state.best = 2;
    outcome.state.elapsed = std::chrono::milliseconds(12'300);
    outcome.stopped_by = "space exhausted";
    outcome.best = 2;
    outcome.confirmed = true;
    outcome.confirmation = trial("BLOCK=512", passed(1.58, predicted)).evaluation;
    result = {.argv = {"cudal1", "optimize", "softmax.cu"},
              .input = "softmax.cu",
              .original_source = "#define BLOCK 256\nkernel\n",
              .winner_source = "#define BLOCK 512\nkernel\n",
              .output = "softmax.opt.cu",
              .run_directory = "cudal1-runs/softmax",
              .device = predicted ? "sim: NVIDIA H200 (predicted)" : "NVIDIA H200",
              .space = 4,
              .outcome = &outcome};
  }
};

TEST(Reports, OptimizeMeasured) {
  expect_golden("optimize-measured.txt", render_optimize(SampleRun(false).result, Style{}));
}
TEST(Reports, OptimizeInColour) {
  expect_golden("optimize-colour.txt", render_optimize(SampleRun(false).result, Style{true}));
}
TEST(Reports, OptimizeJson) {
  expect_golden("optimize.json", optimize_to_json(SampleRun(false).result));
}

TEST(Reports, OptimizeOfAWeakTask) {
  SampleRun run(false);
  run.outcome.state.trials[0].evaluation.weak = {"all results are the same"};
  const std::string text = render_optimize(run.result, Style{});
  EXPECT_NE(text.find("  weak task                 all results are the same\n"), std::string::npos)
      << text;
  EXPECT_NE(optimize_to_json(run.result).find("\n  \"weak\": [\n    \"all results are the same\""),
            std::string::npos);
}

TEST(Reports, OptimizeSaysWhatItsConfirmationKnows) {
  SampleRun run(false);
  run.outcome.confirmation->verdict = troubled();
  const std::string text = render_optimize(run.result, Style{});
  EXPECT_NE(text.find("slower on inputs_wide()"), std::string::npos) << text;
  EXPECT_NE(text.find("12.3 mJ → 8.1 mJ (0.66×)"), std::string::npos) << text;
}

TEST(Reports, OptimizePredictedSaysSoAtEveryFigure) {
  const std::string text = render_optimize(SampleRun(true).result, Style{});
  expect_golden("optimize-predicted.txt", text);
  EXPECT_NE(text.find("predicted speedup"), std::string::npos);
  EXPECT_NE(text.find("Faster: predicted 1.58×"), std::string::npos);
}

TEST(Reports, OptimizeWithoutGain) {
  SampleRun run(false);
  run.outcome.best = 0;
  run.outcome.confirmed = false;
  run.outcome.confirmation->verdict = passed(1, false);
  run.result.output.clear();
  expect_golden("optimize-nothing.txt", render_optimize(run.result, Style{}));
  run.outcome.stopped_by = "max-evals 4";
  EXPECT_NE(render_optimize(run.result, Style{})
                .find("next: cudal1 optimize --resume cudal1-runs/softmax --max-evals 400\n"),
            std::string::npos);
  run.outcome.stopped_by = "max-time 5 s";
  EXPECT_NE(render_optimize(run.result, Style{}).find("/softmax --max-time "), std::string::npos);
  run.outcome.stopped_by = "no-gain 3";
  EXPECT_NE(render_optimize(run.result, Style{}).find("/softmax --patience "), std::string::npos);
}

TEST(Reports, OptimizeInterrupted) {
  SampleRun run(false);
  run.outcome.stopped_by = "interrupted";
  const std::string text = render_optimize(run.result, Style{});
  EXPECT_NE(text.find("next: cudal1 optimize --resume cudal1-runs/softmax\n"), std::string::npos)
      << text;
}

TEST(Reports, ExactlyOneNextLine) {
  for (const bool predicted : {false, true}) {
    const std::string text = render_optimize(SampleRun(predicted).result, Style{});
    EXPECT_EQ(text.find("next:"), text.rfind("next:"));
  }
}

EvalResult eval_result(evaluate::Verdict verdict) {
  return {.argv = {"cudal1", "eval", "mine.cu", "--reference", "naive.cu"},
          .candidate_path = "mine.cu",
          .reference_path = "naive.cu",
          .candidate_source = "one\n  y[i + 1] = x[i];\nthree\n",
          .device = "NVIDIA H200",
          .evaluation = trial("x", std::move(verdict)).evaluation};
}

TEST(Reports, EvalPassed) {
  expect_golden("eval-passed.txt", render_eval(eval_result(passed(1.25, false)), Style{}));
  expect_golden("eval-passed.json", eval_to_json(eval_result(passed(1.25, false))));
  expect_golden("eval-predicted.txt", render_eval(eval_result(passed(1.25, true)), Style{}));
}

TEST(Reports, EvalWithTroubles) {
  expect_golden("eval-troubled.txt", render_eval(eval_result(troubled()), Style{}));
  expect_golden("eval-troubled.json", eval_to_json(eval_result(troubled())));
}

TEST(Reports, AnUnstableClockIsSaid) {
  evaluate::Passed it = passed(1.25, false);
  it.measurement.clock_unstable = true;
  const std::string text = render_eval(eval_result(it), Style{});
  EXPECT_NE(text.find("1973 MHz; clock unstable: most blocks differ in it, and all were kept\n"),
            std::string::npos)
      << text;
}

TEST(Reports, SlowerShapesAreYellow) {
  const std::string text = render_eval(eval_result(troubled()), Style{true});
  EXPECT_NE(text.find(Style{true}.yellow("  slower on inputs_wide()")), std::string::npos) << text;
}

TEST(Reports, SmallEnergiesAreReadable) {
  evaluate::Passed it = passed(2, false);
  it.measurement.reference_energy_mj = 0.5;
  it.measurement.candidate_energy_mj = 0.00625;
  const std::string text = render_eval(eval_result(it), Style{});
  EXPECT_NE(text.find("500 µJ → 6.25 µJ (0.01×)"), std::string::npos) << text;
}

TEST(Reports, EnergyThatIsMissingIsExplained) {
  evaluate::Passed it = passed(1.25, true);
  it.measurement.energy_missing = "the simulator predicts times, no energy";
  const std::string text = render_eval(eval_result(it), Style{});
  EXPECT_NE(text.find("not measured: the simulator predicts times, no energy"), std::string::npos);
  EXPECT_NE(eval_to_json(eval_result(it)).find("\"missing\": \"the simulator predicts"),
            std::string::npos);
}

TEST(Reports, EvalOfEveryOtherVerdict) {
  const std::vector<evaluate::Verdict> verdicts = {
      evaluate::CompileFailed{.message = "identifier \"z\" is undefined",
                              .line = 2,
                              .log = "mine.cu(2): error: identifier \"z\" is undefined\n"},
      evaluate::Rejected{.rule = "input-mutation",
                         .message = "the candidate writes to its input x"},
      evaluate::RuntimeFailed{
          .rule = "out-of-bounds", .message = "4 bytes written past the end of y", .line = 2},
      evaluate::TimedOut{.message = "still running after 2 s", .limit_seconds = 2},
      evaluate::WrongOutput{.message = "3 of 100 elements differ",
                            .line = 2,
                            .inputs = "inputs_odd",
                            .mismatches = 3,
                            .worst_error = 0.5},
      evaluate::WorkerDied{.message = "the worker ended with signal 11"}};
  std::string text, json;
  for (const evaluate::Verdict& verdict : verdicts) {
    text += render_eval(eval_result(verdict), Style{}) + "\n";
    json += eval_to_json(eval_result(verdict));
  }
  expect_golden("eval-failures.txt", text);
  expect_golden("eval-failures.json", json);
}

TEST(Reports, JsonSurvivesBytesThatAreNoText) {
  const std::string json = eval_to_json(eval_result(evaluate::WorkerDied{.message = "\xff\xfe"}));
  EXPECT_TRUE(nlohmann::json::accept(json));
}

TEST(Reports, Check) {
  CheckedFile good{.path = "a.cu", .entry = "forward", .kernels = {"scale"}};
  CheckedFile bad{.path = "b.cu",
                  .error = program::Diagnostic{{3, 5}, "unknown function 'foo'", ""},
                  .rendered = "b.cu:3:5: error: unknown function 'foo'\n"};
  const std::vector<CheckedFile> files{good, bad};
  expect_golden("check.txt", render_checked(good, Style{}) + render_checked(bad, Style{}) +
                                 render_check_summary(files, Style{}));
  expect_golden("check.json", check_to_json({"cudal1", "check", "a.cu", "b.cu"}, files));
}

TEST(Reports, IsolationSaysWhatToDo) {
  Isolation whole;
  whole.landlock_abi = 7;
  whole.system_calls = whole.no_new_privileges = whole.limits = true;
  EXPECT_TRUE(isolation_finding(whole).found);
  EXPECT_EQ(isolation_finding(whole).advice, "");
  EXPECT_EQ(isolation_finding(whole).detail,
            "files (Landlock 7), system calls (seccomp), privileges, limits");
  Isolation off;
  off.wanted = false;
  EXPECT_FALSE(isolation_finding(off).found);
  EXPECT_FALSE(isolation_finding(off).partly);
  EXPECT_NE(isolation_finding(off).advice.find("Unset CUDAL1_SANDBOX"), std::string::npos);
}

TEST(Reports, Doctor) {
  Isolation half;
  half.system_calls = half.no_new_privileges = half.limits = true;
  half.gaps = {"files: this kernel has no Landlock, or it is switched off"};
  const std::vector<Finding> findings = {
      isolation_finding(half),
      {.name = "GPU",
       .found = false,
       .need = Need::kForGpu,
       .detail = "no driver",
       .advice = "Install the NVIDIA driver."},
      {.name = "NVRTC", .found = true, .need = Need::kAlways, .detail = "13.0"}};
  expect_golden("doctor.txt", render_doctor(findings, Style{}));
  expect_golden("doctor.json", doctor_to_json({"cudal1", "doctor"}, findings));
  EXPECT_EQ(ability_of(findings), Ability::kSimulator);
  EXPECT_EQ(ability_of({{.name = "NVRTC", .found = false, .need = Need::kAlways}}),
            Ability::kNothing);
  EXPECT_EQ(ability_of({{.name = "NVRTC", .found = true, .need = Need::kAlways}}), Ability::kGpu);
}

TEST(Reports, ProgressLine) {
  using std::chrono::seconds;
  EXPECT_EQ(progress_line({.done = 50,
                           .total = 200,
                           .failed = 3,
                           .best = "1.42× with BLOCK=512",
                           .elapsed = seconds(20)}),
            "50/200 evaluated, 3 failed, best 1.42× with BLOCK=512, 1 min 00 s left");
  EXPECT_EQ(progress_line({.done = 50, .total = 200, .elapsed = seconds(20), .limit = seconds(30)}),
            "50/200 evaluated, nothing faster yet, 10 s left");
  EXPECT_EQ(progress_line({.done = 5}), "5 evaluated, nothing faster yet");
  EXPECT_EQ(progress_line({.done = 7, .total = 9, .best = std::nullopt}),
            "7/9 evaluated, 0 ms left");
}

}  // namespace
}  // namespace cudal1::cli
