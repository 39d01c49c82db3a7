// What an evaluation worker and its parent say to each other: JSON frames, one object each. The
// only binary frame is the answer to a compile request (gpu::encode of the outcome).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "cudal1/core/sandbox.h"
#include "cudal1/evaluate/evaluation.h"
#include "cudal1/gpu/compiler.h"

namespace cudal1::evaluate {

// ---- parent → worker ----
struct OpenRequest {
  DeviceKind device = DeviceKind::kSim;
  std::string gpu_spec;  // file, for the sim
  int threads = 1;       // for ATen's CPU operators
};
struct EvaluateRequest {
  Task task;
  Candidate candidate;
  EvaluationOptions options;
  uint64_t seed = 0;
};

// ---- worker → parent ----
struct Ready {
  std::string device;
  Isolation isolation;
};
// The worker begins something that may take `limit_seconds` at most; the line is what to blame.
struct Phase {
  std::string name;
  double limit_seconds = 0;
  int line = 0;
  bool within = false;  // a part of what has begun already, whose time runs on
};
struct CompileAsk {
  gpu::CompileRequest request;
};
struct Done {
  Evaluation evaluation;
  bool lost =
      false;  // the candidate has ruined the worker's device context: whatever came next would fail
};
// The reference cannot be run: the task is at fault, not the candidate.
struct ReferenceFailed {
  std::string message;
  int line = 0;
};
// The worker cannot work at all (no device, no memory).
struct Broken {
  std::string message, advice;
};

using FromWorker = std::variant<Ready, Phase, CompileAsk, Done, ReferenceFailed, Broken>;
using FromParent = std::variant<OpenRequest, EvaluateRequest>;

std::string encode(const FromWorker& message);
std::string encode(const FromParent& message);
// nullopt when malformed.
std::optional<FromWorker> decode_from_worker(std::string_view frame);
std::optional<FromParent> decode_from_parent(std::string_view frame);

}  // namespace cudal1::evaluate
