#include "host_time.h"

#include <cstdio>

#include "cudal1/execute/value.h"

namespace cudal1::execute {

void HostTime::begin() {
  deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(limit_seconds_));
}

HostTime::Away::~Away() {
  const Clock::duration took = Clock::now() - begin_;
  if (took >= least_ && time_.deadline_ != Clock::time_point::max()) time_.deadline_ += took;
}

void HostTime::look(program::SourcePos pos) const {
  if (Clock::now() <= deadline_) return;
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.3g", limit_seconds_);
  throw HostFailure{"timeout",
                    "the host code did not end within " + std::string(seconds) +
                        " s: it was still here, in a loop or in calls of itself",
                    pos};
}

}  // namespace cudal1::execute
