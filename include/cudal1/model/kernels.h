// The project's own CUDA (kernels/*.cu), compiled for a GPU when it is first needed and then taken
// from the compile cache.
#pragma once

#include <memory>
#include <string>

#include "cudal1/core/geometry.h"

namespace cudal1::gpu {
class Context;
}

namespace cudal1::model {

struct LaunchShape {
  Dim3 grid, block;
  uint32_t shared_bytes = 0;  // dynamic
  bool overlaps = false;  // may begin before the kernel in front of it ends: kernels/overlap.cuh
};

class Kernels {
 public:
  // Of the GPU that torch works on; EnvironmentError where NVRTC or the driver is missing.
  static std::shared_ptr<const Kernels> open();
  ~Kernels();

  // `kernel`: a kernel of kernels/`file`.cu as a launch names it: "swiglu_2<at::BFloat16>".
  // `parameters`: a pointer to each argument's value, in order. Queued on torch's current stream.
  // A launch inside a stream capture must not be the first of its kernel: loading it is not
  // captured.
  void launch(const std::string& file, const std::string& kernel, const LaunchShape& shape,
              void** parameters) const;
  int multiprocessors() const;
  const gpu::Context& context() const;

 private:
  struct Impl;
  explicit Kernels(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// launch(…, arguments…) of values whose types are exactly the kernel's.
template <typename... Arguments>
void launch(const Kernels& kernels, const std::string& file, const std::string& kernel,
            const LaunchShape& shape, Arguments... arguments) {
  void* parameters[] = {&arguments...};
  kernels.launch(file, kernel, shape, parameters);
}

}  // namespace cudal1::model
