#include "cudal1/gpu/driver.h"
#include "cudal1/gpu/driver_api.h"

namespace cudal1::gpu {

Context::Context(std::shared_ptr<Driver> driver, int ordinal) : driver_(std::move(driver)) {
  info_ = driver_->device_info(ordinal);
  require(*driver_, driver_->api().device_get(&device_, ordinal), "cuDeviceGet");
  require(*driver_, driver_->api().primary_ctx_retain(&context_, device_),
          "cuDevicePrimaryCtxRetain");
  make_current();
}

Context::~Context() {
  note(*driver_, driver_->api().primary_ctx_release(device_), "cuDevicePrimaryCtxRelease");
}

void Context::make_current() const {
  require(*driver_, driver_->api().ctx_set_current(context_), "cuCtxSetCurrent");
}

Result<bool, DriverFault> Context::synchronize() const {
  return checked(*driver_, driver_->api().ctx_synchronize(), "cuCtxSynchronize");
}

uint64_t Context::free_memory() const {
  size_t free = 0, total = 0;
  require(*driver_, driver_->api().mem_get_info(&free, &total), "cuMemGetInfo");
  return free;
}

}  // namespace cudal1::gpu
