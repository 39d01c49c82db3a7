#include "compile_service.h"

namespace cudal1::evaluate {

CompileService::CompileService(int workers) : pool_(gpu::CompilePoolOptions{.workers = workers}) {}

std::shared_future<CompileService::Shared> CompileService::begin(const gpu::CompileRequest& request,
                                                                 bool& mine,
                                                                 std::promise<Shared>& promise) {
  const std::string key = gpu::cache_key(request, "");
  const std::lock_guard lock(mutex_);
  const auto found = running_.find(key);
  mine = found == running_.end();
  if (!mine) return found->second;
  return running_[key] = promise.get_future().share();
}

gpu::CompileOutcome CompileService::compile(const gpu::CompileRequest& request) {
  bool mine = false;
  std::promise<Shared> promise;
  const auto future = begin(request, mine, promise);
  if (mine) {
    try {
      promise.set_value(std::make_shared<const gpu::CompileOutcome>(pool_.compile(request)));
    } catch (...) {
      promise.set_exception(std::current_exception());
    }
    const std::lock_guard lock(mutex_);
    running_.erase(gpu::cache_key(request, ""));
  }
  return *future.get();
}

}  // namespace cudal1::evaluate
