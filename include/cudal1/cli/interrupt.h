// Ctrl-C: the first asks the run to finish its step and save, the second ends the process with code
// 130.
#pragma once

#include <memory>
#include <stop_token>

namespace cudal1::cli {

// While alive, SIGINT and SIGTERM go to its stop token. One at a time per process.
class InterruptScope {
 public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
  std::stop_token token() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cudal1::cli
