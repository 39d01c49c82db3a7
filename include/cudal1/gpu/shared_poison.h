// Shared memory keeps what the last block left there. Filled with a pattern, what a kernel does not write is no longer
// right by luck.
#pragma once

#include "cudal1/gpu/driver.h"

namespace cudal1::gpu {

class SharedPoison {
 public:
  explicit SharedPoison(const Context& context);
  // All of every SM's, with NaNs; in stream order.
  Result<bool, DriverFault> run(CUstream stream) const;

 private:
  const Context* context_;
  Module module_;
  CUfunction fill_ = nullptr;
};

}  // namespace cudal1::gpu
