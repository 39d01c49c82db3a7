// What a running program can reach: the device, and whoever watches.
#pragma once

#include <ATen/core/stack.h>

#include <functional>
#include <string>

#include "cudal1/execute/device.h"
#include "cudal1/execute/value.h"
#include "host_time.h"

namespace cudal1::execute {

struct Context {
  Device& device;
  // Called after every ATen operator with its name, inputs and outputs; may be empty.
  std::function<void(const std::string& name, const torch::jit::Stack& inputs,
                     const torch::jit::Stack& outputs)>
      operator_ran;
  // Called after every launch that did not fault; may be empty.
  std::function<void(const std::string& kernel, const LaunchShape& shape)> kernel_ran;
  // Where the program is: for whoever has to say what was running when time ran out.
  program::SourcePos at;
  program::SourcePos statement;  // begun last, whether or not it reaches the device
  HostTime time;

  // On the PTX machine CPU tensors play the part of device tensors.
  c10::Device real(c10::Device device_wanted) const {
    return device.is_cuda() || !device_wanted.is_cuda() ? device_wanted : c10::Device(c10::kCPU);
  }
  bool is_device_tensor(const at::Tensor& tensor) const {
    return !device.is_cuda() || tensor.is_cuda();
  }
};

}  // namespace cudal1::execute
