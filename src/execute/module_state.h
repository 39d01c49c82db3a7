// The variables of a module on a GPU as they were when it was loaded. A kernel may change them, and
// so remember its earlier launches; a copy kept aside undoes that.
#pragma once

#include <cuda.h>

#include <optional>
#include <string>
#include <vector>

#include "cudal1/execute/device.h"
#include "cudal1/gpu/cubin.h"
#include "cudal1/gpu/driver.h"

namespace cudal1::execute {

class ModuleState {
 public:
  ModuleState() = default;
  ~ModuleState();
  ModuleState(const ModuleState&) = delete;

  std::optional<gpu::DriverFault> save(const gpu::Context& context, const gpu::Module& module,
                                       const std::vector<gpu::ModuleVariable>& variables,
                                       CUstream stream);
  // False when a variable has no address that the driver tells: load the module again.
  Result<bool, gpu::DriverFault> restore(const gpu::Context& context, CUstream stream) const;
  // Those that differ from the copy; waits for the stream.
  Result<std::vector<ChangedVariable>, gpu::DriverFault> changed(const gpu::Context& context,
                                                                 CUstream stream) const;

 private:
  struct Range {
    std::string symbol;
    CUdeviceptr address = 0;
    size_t bytes = 0, offset = 0;  // of its copy
  };
  const gpu::Context* context_ = nullptr;
  std::vector<Range> ranges_;
  CUdeviceptr copy_ = 0;
  bool whole_ = true;
};

}  // namespace cudal1::execute
