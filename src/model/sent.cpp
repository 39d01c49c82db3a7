#include "sent.h"

#include <ATen/ATen.h>

namespace cudal1::model {

at::Tensor sent(const at::Tensor& host, const at::Device& device) {
  return (device.is_cuda() ? host.pin_memory() : host).to(device, /*non_blocking=*/true);
}

}  // namespace cudal1::model
