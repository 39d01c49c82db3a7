// A GPU behind the Device seam. Everything is queued on ATen's current stream.
#pragma once

#include <memory>
#include <string>

#include "cudal1/execute/device.h"
#include "cudal1/gpu/driver.h"

namespace cudal1::execute {

DeviceFault as_device_fault(const gpu::DriverFault& fault);

class CudaDevice : public Device {
 public:
  explicit CudaDevice(const gpu::Context& context) : context_(context) {}

  bool is_cuda() const override { return true; }
  gpu::CodeKind code_kind() const override { return gpu::CodeKind::kCubin; }
  std::string architecture() const override;
  DeviceProperties properties() const override;
  Result<std::shared_ptr<LoadedModule>, DeviceFault> load(
      const gpu::CompiledModule& module) override;
  Result<bool, DeviceFault> restore(LoadedModule& module) override;
  Result<std::vector<ChangedVariable>, DeviceFault> changed(LoadedModule& module) override;
  std::optional<DeviceFault> launch(LoadedModule& module, const std::string& kernel,
                                    const LaunchShape& shape,
                                    const KernelArguments& arguments) override;
  std::optional<DeviceFault> copy_to_symbol(LoadedModule& module, const std::string& symbol,
                                            const void* data, uint64_t bytes, uint64_t offset,
                                            bool from_host) override;
  std::optional<DeviceFault> fill(void* destination, int byte, uint64_t bytes) override;
  std::optional<DeviceFault> copy(void* destination, const void* source, uint64_t bytes) override;
  std::optional<DeviceFault> synchronize() override;
  int occupancy(LoadedModule& module, const std::string& kernel, int block_threads,
                uint64_t dynamic_shared) override;

 private:
  const gpu::Context& context_;
};

}  // namespace cudal1::execute
