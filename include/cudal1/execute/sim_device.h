// The PTX machine behind the Device seam.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cudal1/execute/device.h"
#include "cudal1/execute/host_memory.h"
#include "cudal1/sim/machine.h"
#include "cudal1/sim/predict.h"

namespace cudal1::execute {

// One launch that ran, with what it did.
struct SimLaunch {
  std::string kernel;  // mangled
  LaunchShape shape;
  sim::LaunchResult result;
  uint64_t shared_bytes = 0;  // static + dynamic
};

class SimDevice : public Device {
 public:
  SimDevice(sim::GpuSpec gpu, HostMemory& memory);

  void set_options(const sim::RunOptions& options) { options_ = options; }
  // Lane instructions left before a launch counts as hanging, for all launches from now on; 0: no
  // limit.
  void set_budget(uint64_t lane_instructions) {
    budget_ = lane_instructions;
    limited_ = lane_instructions > 0;
  }
  // Launches since the last call.
  std::vector<SimLaunch> take_launches();
  const sim::GpuSpec& gpu() const { return gpu_; }

  bool is_cuda() const override { return false; }
  gpu::CodeKind code_kind() const override { return gpu::CodeKind::kPtx; }
  std::string architecture() const override { return gpu_.architecture; }
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
  std::optional<DeviceFault> synchronize() override { return std::nullopt; }
  int occupancy(LoadedModule& module, const std::string& kernel, int block_threads,
                uint64_t dynamic_shared) override;

 private:
  sim::GpuSpec gpu_;
  HostMemory& memory_;
  sim::RunOptions options_;
  uint64_t budget_ = 0;
  bool limited_ = false;
  std::vector<SimLaunch> launches_;
};

}  // namespace cudal1::execute
