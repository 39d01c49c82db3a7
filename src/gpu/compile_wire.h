// What a compile pool and its workers say to each other.
#pragma once

#include <optional>
#include <string>

#include "cudal1/gpu/compile_cache.h"
#include "cudal1/gpu/compiler.h"

namespace cudal1::gpu {

// Seconds of processor time a worker may spend on one request, in its environment.
constexpr char kCpuSecondsVariable[] = "CUDAL1_COMPILE_CPU_SECONDS";

// Memory that a worker may map. A template bomb took 1.6 GB; cub peaks below 1 GB.
constexpr uint64_t kWorkerGibibytes = 6;

// The worker's machine lacks something; the pool throws it as EnvironmentError.
struct WorkerTrouble {
  std::string what, advice;
};
using WorkerReply = Result<CompileOutcome, WorkerTrouble>;

std::string encode_request(const CompileRequest& request);
std::optional<CompileRequest> decode_request(const std::string& bytes);
std::string encode_reply(const WorkerReply& reply);
std::optional<WorkerReply> decode_reply(const std::string& bytes);

}  // namespace cudal1::gpu
