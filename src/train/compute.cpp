#include "compute.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <chrono>

#include "cudal1/core/elapsed.h"
#include "cudal1/gpu/driver.h"
#include "model_flops.h"

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

// What a product of matrices reaches here, halved for all that is not one.
double measured_flops() {
  constexpr int64_t kSize = 512;
  const at::NoGradGuard no_grad;
  const at::Tensor a = at::ones({kSize, kSize}), b = at::ones({kSize, kSize});
  at::mm(a, b);  // threads are there afterwards
  const auto begin = std::chrono::steady_clock::now();
  at::mm(a, b);
  return 0.5 * 2 * double(kSize * kSize * kSize) / seconds_since(begin);
}

// 40 % of what a GPU could do is what its training reaches: 40 to 48 % were measured on an H200.
std::optional<double> expected_flops(const std::string& gpu) {
  const auto peak = peak_flops(gpu);
  return peak ? std::optional(0.4 * *peak) : std::nullopt;
}

}  // namespace

at::TensorOptions compute_options(Precision precision) {
  const at::Device device = at::hasCUDA() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
  return at::TensorOptions(type_of(precision, device)).device(device);
}

Machine machine_of(const at::TensorOptions& options) {
  const at::Device device = options.device();
  Machine machine{.is_gpu = device.is_cuda(), .element_bytes = int64_t(options.dtype().itemsize())};
  if (machine.is_gpu) {
    machine.name = gpu_name(device.index());
    // The table is of half precision.
    if (machine.element_bytes == 2) machine.flops_per_second = expected_flops(machine.name);
  } else {
    machine.name = "CPU, " + std::to_string(at::get_num_threads()) + " threads";
    machine.flops_per_second = measured_flops();
  }
  return machine;
}

}  // namespace cudal1::train
