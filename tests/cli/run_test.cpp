// The whole program, with scripted devices: what is printed, what is written, and the exit code.
#include "cudal1/cli/run.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;
using evaluate::Candidate;
using evaluate::Evaluation;
using evaluate::Task;

constexpr const char* kScale = R"(#include <torch/extension.h>

#ifndef BLOCK
#define BLOCK 256
#endif
#pragma kernel tune(BLOCK=128, 256, 512) default(256)

__global__ void scale(const float* __restrict__ x, float* __restrict__ y, float a, int64_t n) {
  int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;
  if (i < n) y[i] = a * x[i];
}

torch::Tensor forward(torch::Tensor x) {
  auto y = torch::empty_like(x);
  const int64_t n = x.numel();
  scale<<<(n + BLOCK - 1) / BLOCK, BLOCK>>>(x.data_ptr<float>(), y.data_ptr<float>(), 2.0f, n);
  return y;
}

std::vector<torch::Tensor> inputs() { return {torch::randn({1 << 20}, torch::kCUDA)}; }
)";
constexpr const char* kBare =
    "__global__ void saxpy(int n, float a, const float* x, float* y) {\n"
    "  int i = blockIdx.x * blockDim.x + threadIdx.x;\n  if (i < n) y[i] += a * x[i];\n}\n";

// BLOCK=512 is twice as fast, everything else as fast as the original.
Evaluation scripted(const Task& task, const Candidate& candidate) {
  const auto block = candidate.tune.find("BLOCK");
  const double speedup = block != candidate.tune.end() && block->second == "512" ? 2 : 1;
  evaluate::Measurement m;
  m.device = "scripted";
  m.clock = "script";
  m.speedup = {speedup, speedup * 0.999, speedup * 1.001};
  m.decision = speedup > 1 ? measure::Decision::kFaster : measure::Decision::kSame;
  m.reference_ns = {1000, 1000};
  m.candidate_ns = {1000 / speedup, 1000 / speedup};
  return {.task_id = task.id(), .candidate_id = candidate.id(), .verdict = evaluate::Passed{m}};
}

class RunTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / "cudal1-run" /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::current_path(folder_);
    write("scale.cu", kScale);
    write("bare.cu", kBare);
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::string read(const std::string& name) { return read_file(folder_ / name); }

  int cudal1(std::vector<std::string> words) {
    words.insert(words.begin(), "cudal1");
    std::ostringstream out, err;
    Services services{.out = out, .err = err};
    services.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    };
    services.make_evaluator = [this](const evaluate::WorkerOptions& options) {
      ++evaluators_;
      evaluation_options_ = options.evaluation;
      return std::make_unique<evaluate::ScriptedEvaluator>(
          [this](const Task& task, const Candidate& candidate) {
            ++evaluations_;
            return script_(task, candidate);
          });
    };
    services.device_name = [](const evaluate::EvaluationOptions&) {
      return std::string("scripted");
    };
    services.operator_catalog = []() -> const program::OperatorCatalog* { return nullptr; };
    services.probe_machine = [this] { return findings_; };
    const int code = run(words, services);
    out_ = out.str();
    err_ = err.str();
    return code;
  }
  nlohmann::json json() { return nlohmann::json::parse(out_); }

  fs::path folder_;
  std::map<std::string, std::string> environment_;
  evaluate::ScriptedEvaluator::Script script_ = scripted;
  std::vector<Finding> findings_{
      {.name = "NVRTC", .found = true, .need = Need::kAlways, .detail = "13.0"}};
  std::string out_, err_;
  int evaluators_ = 0, evaluations_ = 0;
  evaluate::EvaluationOptions evaluation_options_;  // of the last evaluator
};

// ---- general
// -----------------------------------------------------------------------------------------------

TEST_F(RunTest, HelpAndVersion) {
  EXPECT_EQ(cudal1({"--version"}), 0);
  EXPECT_EQ(out_, "cudal1 0.1.0\n");
  EXPECT_EQ(cudal1({"--help"}), 0);
  EXPECT_NE(out_.find("Usage: cudal1 COMMAND"), std::string::npos);
  EXPECT_EQ(cudal1({"optimize", "--help"}), 0);
  EXPECT_EQ(cudal1({"help", "eval"}), 0);
  EXPECT_NE(out_.find("Usage: cudal1 eval"), std::string::npos);
  EXPECT_EQ(cudal1({}), 2);
  EXPECT_EQ(out_, "");
}

TEST_F(RunTest, WrongCommandsSayWhatWasMeant) {
  EXPECT_EQ(cudal1({"optimise"}), 2);
  EXPECT_EQ(err_,
            "error: 'optimise' is not a command; did you mean optimize?\n  cudal1 --help shows the "
            "commands\n");
  EXPECT_EQ(cudal1({"scale.cu"}), 2);
  EXPECT_EQ(err_,
            "error: 'scale.cu' is not a command\n  To make it faster: cudal1 optimize scale.cu\n");
  EXPECT_EQ(cudal1({"--device", "sim"}), 2);
  EXPECT_NE(err_.find("a command is expected before --device"), std::string::npos);
}

TEST_F(RunTest, PrintConfigShowsSources) {
  environment_["CUDAL1_TRIALS"] = "5";
  EXPECT_EQ(cudal1({"eval", "--print-config", "--device", "sim"}), 0);
  EXPECT_NE(out_.find("CUDAL1_TRIALS"), std::string::npos);
  EXPECT_NE(out_.find("--device"), std::string::npos);
  EXPECT_EQ(evaluators_, 0);
}

TEST_F(RunTest, ColourFollowsTheFlagThenNoColorThenTheTerminal) {
  EXPECT_EQ(cudal1({"doctor", "--color", "always"}), 0);
  EXPECT_NE(out_.find("\033["), std::string::npos);
  environment_["NO_COLOR"] = "1";
  EXPECT_EQ(cudal1({"doctor", "--color", "always"}), 0);
  EXPECT_NE(out_.find("\033["), std::string::npos);
  EXPECT_EQ(cudal1({"doctor"}), 0);
  EXPECT_EQ(out_.find("\033["), std::string::npos);
}

TEST_F(RunTest, UnknownExceptionsAreBugs) {
  script_ = [](const Task&, const Candidate&) -> Evaluation {
    throw std::runtime_error("surprise");
  };
  EXPECT_EQ(cudal1({"eval", "scale.cu"}), 70);
  EXPECT_NE(err_.find("internal: surprise"), std::string::npos);
  EXPECT_NE(err_.find("This is a bug in cudal1"), std::string::npos);
}

// ---- bad input: one clear error each, before any evaluator is made
// ------------------------------------------

struct BadInput {
  const char* name;
  std::vector<std::string> words;
  int code;
  const char* says;
};
void PrintTo(const BadInput& one, std::ostream* out) { *out << one.name; }
class BadInputTest : public RunTest, public testing::WithParamInterface<BadInput> {};

TEST_P(BadInputTest, IsRefused) {
  write("junk.cu", std::string("\x7f"
                               "ELF\0\0\1",
                               7));
  write("empty.cu", " \n");
  write("huge.cu", "");
  fs::resize_file(folder_ / "huge.cu", 100u << 20);
  write("nokernel.cu", "int x = 1;\n");
  write("noinputs.cu", "torch::Tensor forward(torch::Tensor x) { return x + 1; }\n");
  write("unbalanced.cu", "torch::Tensor forward(torch::Tensor x) { return x;\n");
  write("bad.json", "{\"trails\": 1}");
  write("spec.json", "{}");
  write("taken.cu", "mine");
  EXPECT_EQ(cudal1(GetParam().words), GetParam().code) << err_;
  EXPECT_NE(err_.find(GetParam().says), std::string::npos) << err_;
  EXPECT_EQ(err_.find("error:"), 0u) << err_;
  EXPECT_EQ(out_, "");
  EXPECT_EQ(evaluators_, 0);
  EXPECT_EQ(read("taken.cu"), "mine");
}

INSTANTIATE_TEST_SUITE_P(
    Everything, BadInputTest,
    testing::Values(
        BadInput{"missing", {"optimize", "missing.cu"}, 4, "missing.cu"},
        BadInput{"folder", {"optimize", "."}, 4, "."},
        BadInput{"binary", {"optimize", "junk.cu"}, 4, "not text"},
        BadInput{"empty", {"eval", "empty.cu"}, 4, "is empty"},
        BadInput{"huge", {"optimize", "huge.cu"}, 4, "huge.cu"},
        BadInput{"no_forward", {"optimize", "bare.cu"}, 4, "has no forward"},
        BadInput{"no_forward_advice", {"optimize", "bare.cu"}, 4, "saxpy"},
        BadInput{"no_kernel", {"optimize", "nokernel.cu"}, 4, "has no forward"},
        BadInput{"no_inputs", {"optimize", "noinputs.cu"}, 4, "has no inputs()"},
        BadInput{"unbalanced", {"optimize", "unbalanced.cu"}, 4, "unbalanced.cu:"},
        BadInput{"missing_reference",
                 {"eval", "scale.cu", "--reference", "missing.cu"},
                 4,
                 "missing.cu"},
        BadInput{"unknown_tune", {"optimize", "scale.cu", "--tune", "BLOK=1"}, 4, "BLOK"},
        BadInput{"no_file", {"optimize"}, 2, "no program given"},
        BadInput{
            "two_files", {"optimize", "scale.cu", "bare.cu"}, 2, "one program is expected, not 2"},
        BadInput{"variable_without_call",
                 {"optimize", "scale.cu", "n=3"},
                 2,
                 "'n=3' needs --call or --spec"},
        BadInput{"spec_and_call",
                 {"eval", "bare.cu", "--call", "f()", "--spec", "spec.json"},
                 2,
                 "--spec and --call both"},
        BadInput{"bad_call", {"eval", "bare.cu", "--call", "saxpy<<<1, 1>>>("}, 4, "--call"},
        BadInput{"bad_config",
                 {"optimize", "scale.cu", "--config", "bad.json"},
                 2,
                 "did you mean \"trials\"?"},
        BadInput{"missing_config",
                 {"optimize", "scale.cu", "--config", "missing.json"},
                 2,
                 "missing.json"},
        BadInput{
            "config_folder", {"optimize", "scale.cu", "--config", "."}, 2, "configuration file"},
        BadInput{"no_trials", {"eval", "scale.cu", "--trials", "0"}, 2, "between 1 and 1000"},
        BadInput{
            "no_evals", {"optimize", "scale.cu", "--max-evals", "0"}, 2, "leaves nothing to do"},
        BadInput{"spec_incomplete", {"eval", "--spec", "spec.json"}, 4, "spec.json"},
        BadInput{"missing_spec", {"eval", "--spec", "missing.json"}, 4, "missing.json"},
        BadInput{"missing_gpu_spec",
                 {"eval", "scale.cu", "--gpu-spec", "missing.json"},
                 4,
                 "missing.json"},
        BadInput{
            "output_taken", {"optimize", "scale.cu", "--output", "taken.cu"}, 5, "exists already"},
        BadInput{
            "output_nowhere", {"optimize", "scale.cu", "--output", "no/where.cu"}, 5, "no folder"},
        BadInput{"json_nowhere", {"eval", "scale.cu", "--json", "no/where.json"}, 5, "no folder"},
        BadInput{"resume_nothing", {"optimize", "--resume", "."}, 4, "manifest.json"},
        BadInput{"json_folder", {"optimize", "scale.cu", "--json", "."}, 5, "is a folder"},
        BadInput{"check_nothing", {"check"}, 2, "no files given"},
        BadInput{"doctor_file", {"doctor", "scale.cu"}, 2, "doctor takes no arguments"}),
    [](const auto& info) { return std::string(info.param.name); });

// ---- optimize
// ----------------------------------------------------------------------------------------------

TEST_F(RunTest, OptimizeWritesTheWinnerBesideTheInput) {
  EXPECT_EQ(cudal1({"optimize", "scale.cu"}), 0) << err_;
  EXPECT_EQ(read("scale.cu"), kScale);
  EXPECT_NE(read("scale.opt.cu").find("#define BLOCK 512"), std::string::npos);
  EXPECT_NE(read("scale.opt.cu").find("default(512)"), std::string::npos);
  EXPECT_NE(out_.find("+#define BLOCK 512"), std::string::npos) << out_;
  EXPECT_NE(out_.find("next: cudal1 eval scale.opt.cu --reference scale.cu\n"), std::string::npos)
      << out_;
}

TEST_F(RunTest, OptimizeNeverOverwrites) {
  write("scale.opt.cu", "mine");
  EXPECT_EQ(cudal1({"optimize", "scale.cu"}), 0) << err_;
  EXPECT_EQ(read("scale.opt.cu"), "mine");
  EXPECT_NE(read("scale.opt-2.cu").find("#define BLOCK 512"), std::string::npos);
}

TEST_F(RunTest, OptimizeJson) {
  EXPECT_EQ(cudal1({"optimize", "scale.cu", "--json", "-", "--output", "best.cu", "-q"}), 0)
      << err_;
  EXPECT_EQ(err_, "");
  const auto result = json();
  EXPECT_EQ(result["schema"], "cudal1.optimize/1.1.0");
  EXPECT_EQ(result["best"]["path"], "best.cu");
  EXPECT_EQ(result["best"]["speedup"]["median"], 2);
  EXPECT_EQ(result["confirmed"], true);
  EXPECT_EQ(result["stopped_by"], "space exhausted");
  EXPECT_EQ(result["evaluated"], result["trials"].size());
  EXPECT_EQ(result["argv"][1], "optimize");
}

TEST_F(RunTest, OptimizeWithoutGainExitsWith1AndWritesNothing) {
  script_ = [](const Task& task, Candidate candidate) {
    Candidate plain = candidate;
    plain.tune.clear();
    Evaluation evaluation = scripted(task, plain);
    evaluation.candidate_id = candidate.id();
    return evaluation;
  };
  EXPECT_EQ(cudal1({"optimize", "scale.cu", "--json", "result.json"}), 1) << err_;
  EXPECT_FALSE(fs::exists("scale.opt.cu"));
  EXPECT_NE(out_.find("Nothing faster was found."), std::string::npos);
  const auto result = nlohmann::json::parse(read("result.json"));
  EXPECT_EQ(result["best"]["path"], "scale.cu");
  EXPECT_EQ(result["best"]["speedup"]["median"], 1);
  EXPECT_EQ(result["confirmed"], false);
}

TEST_F(RunTest, AGainThatDoesNotHoldIsNotReported) {
  // Fast while searching, not when confirmed: the third time a candidate is seen.
  std::map<std::string, int> seen;
  script_ = [&seen](const Task& task, const Candidate& candidate) {
    Candidate asked = candidate;
    if (++seen[candidate.id()] > 1) asked.tune.clear();
    Evaluation evaluation = scripted(task, asked);
    evaluation.candidate_id = candidate.id();
    return evaluation;
  };
  EXPECT_EQ(cudal1({"optimize", "scale.cu"}), 1) << out_;
  EXPECT_FALSE(fs::exists("scale.opt.cu"));
}

TEST_F(RunTest, DryRunRunsNothing) {
  EXPECT_EQ(cudal1({"optimize", "scale.cu", "--dry-run"}), 0) << err_;
  EXPECT_NE(out_.find("BLOCK = 128 256 512 (256)"), std::string::npos) << out_;
  EXPECT_NE(out_.find("output     scale.opt.cu"), std::string::npos) << out_;
  EXPECT_EQ(evaluators_, 0);
  EXPECT_FALSE(fs::exists("cudal1-runs"));
}

TEST_F(RunTest, ResumeEvaluatesNothingTwice) {
  EXPECT_EQ(cudal1({"optimize", "scale.cu", "--run-dir", "run", "--max-evals", "1"}) & ~1, 0)
      << err_;
  EXPECT_EQ(cudal1({"optimize", "--resume", "run", "--max-evals", "100"}), 0) << err_;
  const int before = evaluations_;
  EXPECT_EQ(cudal1({"optimize", "--resume", "run"}) & ~1, 0) << err_;
  EXPECT_LE(evaluations_ - before, 1) << "only the confirmation runs again";
}

TEST_F(RunTest, ResumeStaysInItsFolder) {
  EXPECT_EQ(cudal1({"optimize", "scale.cu", "--run-dir", "run"}), 0) << err_;
  EXPECT_EQ(cudal1({"optimize", "--resume", "run", "--run-dir", "other"}), 2);
  EXPECT_NE(err_.find("--run-dir names another"), std::string::npos) << err_;
}

TEST_F(RunTest, TheFirstInterruptFinishesTheStepAndSaves) {
  script_ = [this](const Task& task, const Candidate& candidate) {
    if (evaluations_ == 1) {
      raise(SIGINT);
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return scripted(task, candidate);
  };
  EXPECT_EQ(cudal1({"optimize", "scale.cu", "--run-dir", "run"}), 130) << err_;
  EXPECT_NE(out_.find("next: cudal1 optimize --resume run\n"), std::string::npos) << out_;
  EXPECT_NE(read("run/journal.jsonl").find("passed"), std::string::npos);
  EXPECT_EQ(cudal1({"optimize", "--resume", "run"}), 0) << err_;
}

TEST_F(RunTest, ResumeOfAChangedProgramIsRefused) {
  EXPECT_EQ(cudal1({"optimize", "scale.cu", "--run-dir", "run"}), 0) << err_;
  write("scale.cu", std::string(kScale) + "// changed\n");
  EXPECT_EQ(cudal1({"optimize", "--resume", "run"}), 4);
  EXPECT_NE(err_.find("another program"), std::string::npos) << err_;
}

TEST_F(RunTest, OptimizeABareKernelThroughCall) {
  EXPECT_EQ(cudal1({"optimize", "bare.cu", "--call",
                    "saxpy<<<(n + 255) / 256, 256>>>(n, 2.0f, x[n], y[n])", "n=1024"}) &
                ~1,
            0)
      << err_;
}

TEST_F(RunTest, TheGivenFileIsACandidateAgainstAReference) {
  write("faster.cu", std::string(kScale) + "// faster\n");
  script_ = [](const Task& task, const Candidate& candidate) {
    Candidate as_fast = candidate;
    as_fast.tune["BLOCK"] = candidate.source.find("// faster") != std::string::npos ? "512" : "256";
    Evaluation evaluation = scripted(task, as_fast);
    evaluation.candidate_id = candidate.id();
    return evaluation;
  };
  EXPECT_EQ(cudal1({"optimize", "faster.cu", "--reference", "scale.cu"}), 0) << err_ << out_;
  EXPECT_TRUE(fs::exists("faster.opt.cu"));
}

// ---- eval, check, doctor
// -----------------------------------------------------------------------------------

TEST_F(RunTest, EvalPassedExitsWith0) {
  EXPECT_EQ(cudal1({"eval", "scale.cu", "--tune", "BLOCK=512", "--json", "-"}), 0) << err_;
  EXPECT_EQ(json()["schema"], "cudal1.eval/1.1.0");
  EXPECT_EQ(json()["verdict"], "passed");
  EXPECT_EQ(json()["speedup"]["median"], 2);
  EXPECT_NE(err_.find("passed  scale.cu against itself"), std::string::npos)
      << "the report makes room for the JSON";
}

TEST_F(RunTest, EnergyIsMeasuredOnRequest) {
  for (const std::string verb : {"eval", "optimize"}) {
    SCOPED_TRACE(verb);
    EXPECT_EQ(cudal1({verb, "scale.cu"}), 0) << err_;
    EXPECT_FALSE(evaluation_options_.energy);
    EXPECT_EQ(cudal1({verb, "scale.cu", "--energy"}), 0) << err_;
    EXPECT_TRUE(evaluation_options_.energy);
  }
}

TEST_F(RunTest, EvalOfAFailingCandidateExitsWith1) {
  script_ = [](const Task& task, const Candidate& candidate) {
    return Evaluation{
        .task_id = task.id(),
        .candidate_id = candidate.id(),
        .verdict = evaluate::TimedOut{.message = "still running after 2 s", .limit_seconds = 2}};
  };
  EXPECT_EQ(cudal1({"eval", "scale.cu"}), 1);
  EXPECT_NE(out_.find("timed_out"), std::string::npos);
}

TEST_F(RunTest, CheckHostOnly) {
  write("wrong.cu", "torch::Tensor forward(torch::Tensor x) { return x;\n");
  EXPECT_EQ(cudal1({"check", "--host-only", "scale.cu"}), 0) << err_;
  EXPECT_EQ(out_, "ok     scale.cu: forward, 1 kernel\n");
  EXPECT_EQ(cudal1({"check", "--host-only", "scale.cu", "wrong.cu", "--json", "-"}), 1);
  EXPECT_EQ(json()["files"][0]["ok"], true);
  EXPECT_EQ(json()["files"][0]["kernels"][0], "scale");
  EXPECT_EQ(json()["files"][1]["ok"], false);
  EXPECT_GT(json()["files"][1]["error"]["line"], 0);
  EXPECT_EQ(cudal1({"check", "--host-only", "scale.cu", "missing.cu"}), 4);
  EXPECT_NE(out_.find("1 of 2 files ok"), std::string::npos) << out_;
}

TEST_F(RunTest, DoctorExitsWith3WhereNothingCanRun) {
  EXPECT_EQ(cudal1({"doctor"}), 0);
  findings_[0].found = false;
  EXPECT_EQ(cudal1({"doctor", "--json", "-"}), 3);
  EXPECT_EQ(json()["device"], "none");
}

TEST_F(RunTest, AFullDiskIsAnOutputError) {
  EXPECT_EQ(cudal1({"eval", "scale.cu", "--json", "/dev/full"}), 5);
  EXPECT_NE(err_.find("/dev/full"), std::string::npos) << err_;
}

TEST_F(RunTest, QuietLeavesOnlyTheReport) {
  EXPECT_EQ(cudal1({"eval", "scale.cu", "-q"}), 0);
  EXPECT_EQ(err_, "");
  EXPECT_NE(out_.find("passed"), std::string::npos);
}

}  // namespace
}  // namespace cudal1::cli
