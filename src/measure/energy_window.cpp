#include "cudal1/measure/energy_window.h"

namespace cudal1::measure {
namespace {

constexpr double kPatience = 1;  // seconds without an update: ten times what is usual

}  // namespace

void EnergyWindow::read(uint64_t millijoules, double now, uint64_t calls) {
  const Reading reading{millijoules, now, calls};
  const bool updated = last_ && millijoules != last_->millijoules;
  if (!last_ || updated) last_ = reading;
  if (!updated || closed()) return;
  if (!begin_)
    begin_ = reading;
  else if (now - begin_->now >= least_seconds_ && calls > begin_->calls)
    end_ = reading;
}

bool EnergyWindow::stuck(double now) const {
  return last_ && !closed() && now - last_->now > kPatience;
}

}  // namespace cudal1::measure
