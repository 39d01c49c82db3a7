// The seam between the interpreter and what runs kernels: a GPU or the PTX machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cudal1/core/geometry.h"
#include "cudal1/gpu/compiler.h"

namespace cudal1::execute {

// What a host program may ask about the device (cudaDeviceProp's fields of the same meaning).
struct DeviceProperties {
  std::string name;
  int major = 0, minor = 0;
  int multi_processor_count = 0;
  int max_threads_per_block = 1024, max_threads_per_multi_processor = 2048;
  int warp_size = 32;
  int registers_per_block = 65536;
  uint64_t shared_memory_per_block = 49152, shared_memory_per_block_optin = 0;
  uint64_t shared_memory_per_multi_processor = 0;
  uint64_t total_global_memory = 0, l2_bytes = 0;
  int clock_khz = 0;
};

// Why a launch or a copy failed. `lost`: the process cannot go on and must be replaced.
struct DeviceFault {
  std::string
      rule;  // "out_of_bounds", "shared_race", "illegal_address", "launch_refused", "timeout" …
  std::string message;
  int line = 0;  // of the CUDA source; 0 when the device cannot tell
  bool lost = false;
};

// A module whose variables take more than this together is refused (`module_state`): what calls leave there is kept
// aside, compared and disturbed.
constexpr uint64_t kMaxVariableBytes = 256ull << 20;
std::optional<DeviceFault> refuse_variables(uint64_t bytes);

// Kernel arguments in declaration order, each laid out as the device ABI wants it.
struct KernelArguments {
  std::vector<std::byte> bytes;
  struct Slot {
    uint32_t offset, size;
  };
  std::vector<Slot> slots;
  // Appends one argument at its natural alignment.
  void add(const void* data, uint32_t size, uint32_t alignment);
};

struct LaunchShape {
  Dim3 grid, block;
  uint64_t dynamic_shared = 0;  // bytes
};

// A loaded module; dies with its last user.
class LoadedModule {
 public:
  virtual ~LoadedModule() = default;
};

// A variable of a module that no longer holds what the file says.
struct ChangedVariable {
  std::string symbol;  // mangled
  std::vector<std::byte> initial, now;
  bool operator==(const ChangedVariable&) const = default;
};

class Device {
 public:
  virtual ~Device() = default;
  virtual bool is_cuda() const = 0;
  virtual gpu::CodeKind code_kind() const = 0;
  virtual std::string architecture() const = 0;  // "sm_90"
  virtual DeviceProperties properties() const = 0;

  virtual Result<std::shared_ptr<LoadedModule>, DeviceFault> load(
      const gpu::CompiledModule& module) = 0;
  // Puts the module's variables back to what the file says, in stream order. False: only loading it again does.
  virtual Result<bool, DeviceFault> restore(LoadedModule& module) = 0;
  // What launches and copies have left in the module's variables; waits for them.
  virtual Result<std::vector<ChangedVariable>, DeviceFault> changed(LoadedModule& module) = 0;
  // `kernel` is a mangled name of that module.
  virtual std::optional<DeviceFault> launch(LoadedModule& module, const std::string& kernel,
                                            const LaunchShape& shape,
                                            const KernelArguments& arguments) = 0;
  // Copies to a __constant__ or __device__ variable; `from_host` says where `data` lies.
  virtual std::optional<DeviceFault> copy_to_symbol(LoadedModule& module, const std::string& symbol,
                                                    const void* data, uint64_t bytes,
                                                    uint64_t offset, bool from_host) = 0;
  virtual std::optional<DeviceFault> fill(void* destination, int byte, uint64_t bytes) = 0;
  virtual std::optional<DeviceFault> copy(void* destination, const void* source,
                                          uint64_t bytes) = 0;
  virtual std::optional<DeviceFault> synchronize() = 0;
  // Resident blocks per SM, for cudaOccupancyMaxActiveBlocksPerMultiprocessor.
  virtual int occupancy(LoadedModule& module, const std::string& kernel, int block_threads,
                        uint64_t dynamic_shared) = 0;
};

}  // namespace cudal1::execute
