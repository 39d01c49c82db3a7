// Compile worker processes. A request is answered from the cache or by a free worker; a worker that
// hangs or dies is replaced and its request fails as a value.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cudal1/gpu/compile_cache.h"
#include "cudal1/gpu/compiler.h"

namespace cudal1::gpu {

struct CompilePoolOptions {
  int workers = 0;                            // 0: half the cores, 2 to 16
  std::chrono::milliseconds timeout{20'000};  // per compilation
  std::filesystem::path cache_directory;      // empty: cache_directory() / "modules"
  bool use_cache = true;
  // What a worker runs as; it must call compile_worker_main(). Empty: this executable with `worker
  // --compile`.
  std::vector<std::string> worker_command;
};

// Thread-safe: many threads may compile at once; each blocks until its answer is there. Workers
// start on demand.
class CompilePool {
 public:
  explicit CompilePool(CompilePoolOptions options);
  ~CompilePool();
  CompileOutcome compile(const CompileRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Body of `cudal1 worker --compile`: serves requests on the child channel until it closes. Returns
// the exit code.
int compile_worker_main();

}  // namespace cudal1::gpu
