// Evaluation = Task × Candidate × device → Verdict.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cudal1/evaluate/verdict.h"
#include "cudal1/program/program.h"

namespace cudal1::evaluate {

// The program to make faster: correctness oracle and speed comparator (with its tune defaults).
struct Task {
  std::string path;  // as the user gave it, for messages
  std::string source;
  std::optional<program::CallRequest> call;  // --call
  program::TuneSetting tune;                 // fixed by the user; empty: defaults
  // The program whose inputs() are used, where `source` has none of its own.
  std::optional<std::string> inputs_source = std::nullopt;
  std::string id() const;  // content hash: source, call, tune
};

struct Candidate {
  std::string source;
  program::TuneSetting tune;
  std::string origin;      // "original", "tuner", "policy", a path
  std::string summary;     // one line for tables: "BLOCK=512", "block 256 → 128"
  std::string path = "";   // for messages; empty: the task's
  std::string id() const;  // content hash: source and tune
};

enum class DeviceKind { kAuto, kCuda, kSim };

// How wrong a result may be. kNoiseFloor: see compare.h and oracle.h, on inputs of several
// distributions. kKernelBench: what its own evaluator allows, on the task's own inputs alone, for
// numbers that compare.
enum class ToleranceRule { kNoiseFloor, kKernelBench };

struct EvaluationOptions {
  DeviceKind device = DeviceKind::kAuto;
  std::string gpu_spec;  // file of the sim's GPU; empty: configs/gpus/h200.json
  uint32_t trials = 3;   // fresh random trials of `inputs`, plus every inputs_*
  ToleranceRule tolerance = ToleranceRule::kNoiseFloor;
  bool measure = true;  // false: verify only
  measure::StopRule stop_rule;
  bool thorough = false;  // also wall time, graph replay, other shapes …: for reports
  bool energy = false;    // per call, where it is thorough
  std::chrono::milliseconds candidate_timeout{
      2000};  // of one forward of the candidate on the cuda device …
  std::chrono::milliseconds sim_timeout{60000};  // … and of the whole verification on the sim
  std::optional<uint64_t> seed;  // of the inputs; absent: secret and fresh (tests set it)
};

struct Evaluation {
  std::string task_id, candidate_id;
  Verdict verdict;
  double seconds = 0;  // of wall time, all of it
  double compile_seconds = 0;
  uint64_t seed = 0;              // of the inputs, told after the fact
  std::vector<std::string> weak;  // why the task proves little; looked for where the program is
                                  // judged against itself, or thoroughly
  bool passed() const { return std::holds_alternative<Passed>(verdict); }
  double speedup_low() const;  // lower bound of the interval; 0 unless passed
};

std::string to_json(
    const Evaluation& evaluation);  // one line, for journals and the worker protocol
std::optional<Evaluation> evaluation_from_json(std::string_view);  // nullopt when malformed

}  // namespace cudal1::evaluate
