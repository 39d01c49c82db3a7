// Energy of a stretch of calls, from a counter that moves only now and then.
#pragma once

#include <cstdint>
#include <optional>

namespace cudal1::measure {

// NVML's counter is updated about every 100 ms. A window begins and ends at an update, so that it
// holds whole periods: what is not known is then the calls of one reading at either end.
class EnergyWindow {
 public:
  explicit EnergyWindow(double least_seconds) : least_seconds_(least_seconds) {}

  // The counter, `now` seconds after any fixed moment, when `calls` calls have ended.
  void read(uint64_t millijoules, double now, uint64_t calls);
  bool closed() const { return end_.has_value(); }
  // It stands still: nothing can be measured with it.
  bool stuck(double now) const;

  // Of the closed window.
  double millijoules() const { return double(end_->millijoules - begin_->millijoules); }
  double calls() const { return double(end_->calls - begin_->calls); }

 private:
  struct Reading {
    uint64_t millijoules = 0;
    double now = 0;
    uint64_t calls = 0;
  };
  double least_seconds_;
  std::optional<Reading> last_;         // when the counter moved last
  std::optional<Reading> begin_, end_;  // of the window
};

}  // namespace cudal1::measure
