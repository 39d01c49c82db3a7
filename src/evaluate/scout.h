// Reads candidates ahead of their evaluation, to know what they will ask the compiler for. What
// nobody has looked at yet is read in a process of its own, which has given up everything else: a
// text that takes all memory or ends its reader costs nothing but the foresight.
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>

#include "cudal1/core/subprocess.h"
#include "cudal1/evaluate/evaluation.h"
#include "cudal1/gpu/compiler.h"

namespace cudal1::evaluate {

// Thread-safe; one candidate at a time.
class Scout {
 public:
  // `executable` is this program; its reader runs as `executable worker --scout`.
  explicit Scout(std::filesystem::path executable) : executable_(std::move(executable)) {}
  // Source, names and defines; architecture and kind are the caller's to add. Nothing where it
  // cannot be told in advance.
  std::optional<gpu::CompileRequest> foresee(const Task& task, const Candidate& candidate);

 private:
  std::filesystem::path executable_;
  std::mutex mutex_;
  std::optional<Subprocess> process_;
};

}  // namespace cudal1::evaluate
