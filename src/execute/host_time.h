// How long host code may run beside the work that it gives to the device: a loop without an end is
// stopped where it is.
#pragma once

#include <chrono>
#include <cstdint>

#include "cudal1/program/source.h"

namespace cudal1::execute {

class HostTime {
 public:
  using Clock = std::chrono::steady_clock;

  void set_limit(double seconds) { limit_seconds_ = seconds; }
  void begin();
  // Once per turn of a loop and per call of a function. Throws HostFailure("timeout").
  void spend(program::SourcePos pos) {
    if (++turns_ % kTurnsPerLook == 0) look(pos);
  }

  // What lasts at least `least` while this lives is not the host code's time.
  class Away {
   public:
    Away(HostTime& time, Clock::duration least) : time_(time), least_(least) {}
    ~Away();
    Away(const Away&) = delete;

   private:
    HostTime& time_;
    Clock::duration least_;
    Clock::time_point begin_ = Clock::now();
  };
  Away in_launch() { return Away(*this, {}); }  // compiling it, too
  // Short operators count: a loop without an end may be one of them.
  Away in_operator() { return Away(*this, std::chrono::milliseconds(1)); }

 private:
  static constexpr uint32_t kTurnsPerLook = 256;
  void look(program::SourcePos pos) const;

  double limit_seconds_ = 10;
  Clock::time_point deadline_ = Clock::time_point::max();
  uint32_t turns_ = 0;
};

}  // namespace cudal1::execute
