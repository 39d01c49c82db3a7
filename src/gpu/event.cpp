#include <utility>

#include "cudal1/gpu/driver.h"
#include "cudal1/gpu/driver_api.h"

namespace cudal1::gpu {

Event::Event(const Context& context) : context_(&context) {
  require(context.driver(), context.driver().api().event_create(&event_, CU_EVENT_DEFAULT),
          "cuEventCreate");
}

Event::Event(Event&& other) noexcept
    : context_(other.context_), event_(std::exchange(other.event_, nullptr)) {}

Event::~Event() {
  if (event_)
    note(context_->driver(), context_->driver().api().event_destroy(event_), "cuEventDestroy");
}

void Event::record(CUstream stream) {
  require(context_->driver(), context_->driver().api().event_record(event_, stream),
          "cuEventRecord");
}

Result<bool, DriverFault> Event::synchronize() const {
  return checked(context_->driver(), context_->driver().api().event_synchronize(event_),
                 "cuEventSynchronize");
}

double Event::since_ns(const Event& start) const {
  float milliseconds = 0;
  require(context_->driver(),
          context_->driver().api().event_elapsed_time(&milliseconds, start.event_, event_),
          "cuEventElapsedTime");
  return double(milliseconds) * 1e6;
}

}  // namespace cudal1::gpu
