#include "compute.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "cudal1/gpu/driver.h"

namespace cudal1::train {
namespace {

at::ScalarType type_of(Precision precision, const at::Device& device) {
  if (precision == Precision::kAuto) return device.is_cuda() ? at::kBFloat16 : at::kFloat;
  return precision == Precision::kBFloat16 ? at::kBFloat16 : at::kFloat;
}

std::string gpu_name(int ordinal) {
  std::string why;
  const auto driver = gpu::Driver::load(&why);
  return driver ? driver->device_info(ordinal).name : "GPU";
}

}  // namespace

at::TensorOptions compute_options(Precision precision) {
  const at::Device device = at::hasCUDA() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
  return at::TensorOptions(type_of(precision, device)).device(device);
}

Machine machine_of(const at::TensorOptions& options) {
  const at::Device device = options.device();
  return {.name = device.is_cuda() ? gpu_name(device.index())
                                   : "CPU, " + std::to_string(at::get_num_threads()) + " threads",
          .is_gpu = device.is_cuda(),
          .element_bytes = int64_t(options.dtype().itemsize())};
}

}  // namespace cudal1::train
