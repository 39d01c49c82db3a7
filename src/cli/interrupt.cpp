#include "cudal1/cli/interrupt.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "cudal1/core/assert.h"

namespace cudal1::cli {
namespace {

// What a signal handler may touch: the pipe's write end and how often it was called. The handler
// has no other way to find its scope.
std::atomic<int> signal_pipe{-1};
std::atomic<int> signal_count{0};
static_assert(std::atomic<int>::is_always_lock_free);

void on_signal(int) {
  if (signal_count.fetch_add(1) > 0) _exit(130);
  const char byte = 1;
  // A full pipe cannot be: one byte is written at most.
  [[maybe_unused]] const ssize_t written = write(signal_pipe.load(), &byte, 1);
}

}  // namespace

struct InterruptScope::Impl {
  std::stop_source source;
  int ends[2] = {-1, -1};
  struct sigaction before_int {
  }, before_term{};
  std::thread watcher;
};

InterruptScope::InterruptScope() : impl_(std::make_unique<Impl>()) {
  CUDAL1_ASSERT(signal_pipe.load() == -1);
  CUDAL1_ASSERT(pipe2(impl_->ends, O_CLOEXEC) == 0);
  signal_count = 0;
  signal_pipe = impl_->ends[1];
  impl_->watcher = std::thread([impl = impl_.get()] {
    char byte = 0;
    if (read(impl->ends[0], &byte, 1) == 1 && byte == 1) impl->source.request_stop();
  });
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &impl_->before_int);
  sigaction(SIGTERM, &action, &impl_->before_term);
}

InterruptScope::~InterruptScope() {
  sigaction(SIGINT, &impl_->before_int, nullptr);
  sigaction(SIGTERM, &impl_->before_term, nullptr);
  const char end = 0;
  [[maybe_unused]] const ssize_t written = write(impl_->ends[1], &end, 1);
  impl_->watcher.join();
  signal_pipe = -1;
  close(impl_->ends[0]);
  close(impl_->ends[1]);
}

std::stop_token InterruptScope::token() const { return impl_->source.get_token(); }

}  // namespace cudal1::cli
