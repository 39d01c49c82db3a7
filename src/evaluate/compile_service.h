// Compilations for all slots: each distinct request is compiled once, and may be begun before
// anybody asks.
#pragma once

#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "cudal1/gpu/compile_pool.h"

namespace cudal1::evaluate {

// Thread-safe.
class CompileService {
 public:
  explicit CompileService(int workers);
  gpu::CompileOutcome compile(const gpu::CompileRequest& request);

 private:
  using Shared = std::shared_ptr<const gpu::CompileOutcome>;
  std::shared_future<Shared> begin(const gpu::CompileRequest& request, bool& mine,
                                   std::promise<Shared>& promise);

  gpu::CompilePool pool_;
  std::mutex mutex_;
  std::map<std::string, std::shared_future<Shared>>
      running_;  // by key; finished ones live in the pool's cache
};

}  // namespace cudal1::evaluate
