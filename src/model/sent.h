// Small tensors of the host on their way to a device, without waiting for it.
#pragma once

#include <ATen/core/Tensor.h>

namespace cudal1::model {

// There when the current stream gets to it. Sent from pinned memory, which torch keeps until then:
// `host` may go at once, and nothing waits for the stream.
at::Tensor sent(const at::Tensor& host, const at::Device& device);

}  // namespace cudal1::model
