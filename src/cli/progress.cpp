#include "cudal1/cli/progress.h"

#include <algorithm>

#include "cudal1/cli/screen.h"
#include "cudal1/cli/values.h"

namespace cudal1::cli {
namespace {

constexpr std::chrono::milliseconds kPlainInterval{30'000};

// Of the work at the pace so far, and never more than the time limit leaves.
std::optional<std::chrono::milliseconds> remaining(const ProgressState& state) {
  std::optional<std::chrono::milliseconds> left;
  if (state.total > 0 && state.done > 0 && state.total >= state.done)
    left = state.elapsed * (state.total - state.done) / state.done;
  if (state.limit) {
    const auto until_limit = std::max(*state.limit - state.elapsed, std::chrono::milliseconds(0));
    left = left ? std::min(*left, until_limit) : until_limit;
  }
  return left;
}

}  // namespace

std::string progress_line(const ProgressState& state) {
  std::string text = std::to_string(state.done);
  if (state.total > 0) text += "/" + std::to_string(state.total);
  text += " evaluated";
  if (state.failed > 0) text += ", " + std::to_string(state.failed) + " failed";
  if (state.best) text += state.best->empty() ? ", nothing faster yet" : ", best " + *state.best;
  const auto left = remaining(state);
  return left ? text + ", " + show_duration(*left) + " left" : text;
}

Progress::~Progress() { screen_.clear_status(); }

void Progress::show(const ProgressState& state) { show(progress_line(state), state.elapsed); }

void Progress::show(const std::string& line, std::chrono::milliseconds elapsed) {
  if (screen_.live()) {
    screen_.status(line);
  } else if (elapsed - last_plain_ >= kPlainInterval) {
    last_plain_ = elapsed;
    screen_.remark(line);
  }
}

}  // namespace cudal1::cli
