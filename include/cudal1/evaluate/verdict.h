// What became of a candidate. Only Passed holds times.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cudal1/measure/paired.h"

namespace cudal1::evaluate {

// How the two sides compare on the inputs of one more input function.
struct ShapeTiming {
  std::string function;  // "inputs_odd"
  measure::Interval speedup;
  measure::Decision decision = measure::Decision::kAmbiguous;
  double reference_ns = 0, candidate_ns = 0;  // medians
};

struct Measurement {
  bool predicted = false;     // by the sim's time model; never mixed with measured ones
  std::string device;         // "NVIDIA H200", or "sim: NVIDIA H200"
  std::string clock;          // "CUPTI span", "CUDA events", "roofline prediction"
  measure::Interval speedup;  // reference / candidate
  measure::Decision decision = measure::Decision::kAmbiguous;
  std::string reason;      // of the decision, one sentence
  double noise_floor = 0;  // how far the reference against itself reaches from 1; 0: unknown
  std::vector<double> reference_ns, candidate_ns;  // raw samples, device span of the whole forward
  std::vector<uint32_t> block;                     // of each pair of samples
  std::vector<double> sm_mhz;  // SM clock of each block by its number; 0: unknown
  std::vector<measure::DiscardedBlock> discarded_blocks;  // their samples are not among those above
  bool clock_unstable = false;  // most blocks should have been discarded: none was
  std::string stop_rule, stopped_by;
  double floor_ns = 0;  // roofline of the bytes and flops the program must move; 0: unknown
  double reference_wall_ns = 0, candidate_wall_ns = 0;  // host wall clock per call; 0: not taken
  double reference_graph_ns = 0,
         candidate_graph_ns = 0;  // CUDA-graph replay per call; 0: not taken
  double reference_event_ns = 0,
         candidate_event_ns = 0;  // between CUDA events around a run; 0: not taken
  double reference_energy_mj = 0, candidate_energy_mj = 0;  // per call; 0: not taken
  std::string energy_missing;       // why it was not taken, where it was asked for
  double own_kernel_share = 1;      // device time in the candidate's own kernels
  std::string bound;                // of a prediction: "DRAM", "issue", …
  std::vector<ShapeTiming> shapes;  // where it was measured thoroughly
};

struct Passed {
  Measurement measurement;
};
struct CompileFailed {
  std::string message;
  int line = 0;
  std::string log;
};
struct Rejected {
  std::string rule;
  std::string message;
  int line = 0;
};
struct RuntimeFailed {
  std::string rule;
  std::string message;
  int line = 0;
};
struct TimedOut {
  std::string message;
  int line = 0;
  double limit_seconds = 0;
};
struct WrongOutput {
  std::string message;
  int line = 0;
  std::string inputs;
  uint64_t mismatches = 0;
  double worst_error = 0;
};
struct WorkerDied {
  std::string message;
};

using Verdict =
    std::variant<Passed, CompileFailed, Rejected, RuntimeFailed, TimedOut, WrongOutput, WorkerDied>;

// "passed", "compile_failed", "rejected", "runtime_failed", "timed_out", "wrong_output",
// "worker_died".
const char* word(const Verdict& verdict);
// The T4 results format: "correct", "compile", "constraints", "runtime", "timeout", "correctness".
const char* t4_word(const Verdict& verdict);
std::string message(const Verdict& verdict);  // empty for Passed
std::string rule(const Verdict& verdict);     // empty where there is none
int line(const Verdict& verdict);             // source line, 0 when unknown
void shorten_message(Verdict& verdict);  // a candidate decides what is in it, not how much is kept

}  // namespace cudal1::evaluate
