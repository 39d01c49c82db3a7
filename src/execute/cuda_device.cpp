#include "cudal1/execute/cuda_device.h"

#include <c10/cuda/CUDAStream.h>

#include <map>

#include "cudal1/gpu/cubin.h"
#include "cudal1/gpu/launch.h"
#include "cudal1/gpu/stream.h"
#include "module_state.h"

namespace cudal1::execute {
namespace {

struct CudaModule : LoadedModule {
  explicit CudaModule(gpu::Module loaded) : module(std::move(loaded)) {}
  gpu::Module module;
  struct Function {
    CUfunction handle = nullptr;
    uint32_t allowed_shared = 48 << 10;  // dynamic bytes that need no attribute
  };
  std::map<std::string, Function, std::less<>> functions;
  ModuleState state;
};

CUstream stream() { return c10::cuda::getCurrentCUDAStream().stream(); }

std::optional<DeviceFault> fault_of(const Result<bool, gpu::DriverFault>& result) {
  if (result.ok()) return std::nullopt;
  return as_device_fault(result.error());
}

Result<CudaModule::Function*, DeviceFault> function_of(LoadedModule& loaded,
                                                       const std::string& kernel) {
  auto& module = static_cast<CudaModule&>(loaded);
  if (const auto found = module.functions.find(kernel); found != module.functions.end())
    return &found->second;
  const auto handle = module.module.function(kernel);
  if (!handle.ok()) return as_device_fault(handle.error());
  return &(module.functions[kernel] = {*handle});
}

// A variable at namespace scope keeps its name; inside a namespace it is mangled: _ZN2ns5scaleE.
Result<gpu::Module::Symbol, gpu::DriverFault> find_symbol(const CudaModule& module,
                                                          const std::string& symbol) {
  auto found = module.module.symbol(symbol);
  for (const char* format : {"_ZL", "_ZN12_GLOBAL__N_1"}) {
    if (found.ok()) break;
    found = module.module.symbol(format + std::to_string(symbol.size()) + symbol +
                                 (std::string(format) == "_ZL" ? "" : "E"));
  }
  return found;
}

}  // namespace

DeviceFault as_device_fault(const gpu::DriverFault& fault) {
  const char* rule = "device_fault";
  switch (fault.status) {
    case CUDA_ERROR_ILLEGAL_ADDRESS:
      rule = "illegal_address";
      break;
    case CUDA_ERROR_MISALIGNED_ADDRESS:
      rule = "misaligned";
      break;
    case CUDA_ERROR_ASSERT:
      rule = "trap";
      break;
    case CUDA_ERROR_LAUNCH_FAILED:
      rule = "launch_failed";
      break;
    case CUDA_ERROR_ILLEGAL_INSTRUCTION:
      rule = "trap";
      break;
    case CUDA_ERROR_LAUNCH_TIMEOUT:
      rule = "timeout";
      break;
    case CUDA_ERROR_INVALID_VALUE:
    case CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES:
      rule = "launch_refused";
      break;
    case CUDA_ERROR_OUT_OF_MEMORY:
      rule = "out_of_memory";
      break;
    default:
      break;
  }
  return {rule, fault.message, 0, fault.sticky};
}

std::string CudaDevice::architecture() const {
  return "sm_" + std::to_string(context_.info().major * 10 + context_.info().minor);
}

DeviceProperties CudaDevice::properties() const {
  const gpu::DeviceInfo& info = context_.info();
  DeviceProperties p;
  p.name = info.name;
  p.major = info.major;
  p.minor = info.minor;
  p.multi_processor_count = info.sms;
  p.max_threads_per_block = info.max_threads_per_block;
  p.max_threads_per_multi_processor = info.max_threads_per_sm;
  p.warp_size = info.warp_size;
  p.registers_per_block = info.registers_per_sm;
  p.shared_memory_per_block = uint64_t(info.shared_per_block);
  p.shared_memory_per_block_optin = uint64_t(info.shared_per_block_optin);
  p.shared_memory_per_multi_processor = uint64_t(info.shared_per_sm);
  p.total_global_memory = info.total_memory;
  p.l2_bytes = info.l2_bytes;
  p.clock_khz = info.clock_khz;
  return p;
}

Result<std::shared_ptr<LoadedModule>, DeviceFault> CudaDevice::load(
    const gpu::CompiledModule& module) {
  const std::vector<gpu::ModuleVariable> variables = gpu::variables_of(module.code);
  uint64_t bytes = 0;
  for (const gpu::ModuleVariable& variable : variables) bytes += variable.bytes;
  if (auto fault = refuse_variables(bytes)) return std::move(*fault);
  auto loaded = gpu::Module::load(context_, module.code);
  if (!loaded.ok()) return as_device_fault(loaded.error());
  auto made = std::make_shared<CudaModule>(std::move(loaded.value()));
  if (auto fault = made->state.save(context_, made->module, variables, stream()))
    return as_device_fault(*fault);
  return std::shared_ptr<LoadedModule>(std::move(made));
}

Result<bool, DeviceFault> CudaDevice::restore(LoadedModule& module) {
  const auto restored = static_cast<CudaModule&>(module).state.restore(context_, stream());
  if (!restored.ok()) return as_device_fault(restored.error());
  return *restored;
}

Result<std::vector<ChangedVariable>, DeviceFault> CudaDevice::changed(LoadedModule& module) {
  auto found = static_cast<CudaModule&>(module).state.changed(context_, stream());
  if (!found.ok()) return as_device_fault(found.error());
  return std::move(found.value());
}

std::optional<DeviceFault> CudaDevice::launch(LoadedModule& module, const std::string& kernel,
                                              const LaunchShape& shape,
                                              const KernelArguments& arguments) {
  const auto found = function_of(module, kernel);
  if (!found.ok()) return found.error();
  CudaModule::Function& function = **found;
  if (shape.dynamic_shared > function.allowed_shared) {
    const auto allowed =
        gpu::allow_dynamic_shared(context_, function.handle, uint32_t(shape.dynamic_shared));
    if (!allowed.ok())
      return DeviceFault{"launch_refused",
                         "it needs " + std::to_string(shape.dynamic_shared) +
                             " bytes of dynamic shared memory: " + allowed.error().message};
    function.allowed_shared = uint32_t(shape.dynamic_shared);
  }
  void* pointers[256];
  if (arguments.slots.size() > std::size(pointers))
    return DeviceFault{"launch_refused", "more than 256 parameters"};
  for (size_t i = 0; i < arguments.slots.size(); ++i)
    pointers[i] = const_cast<std::byte*>(arguments.bytes.data() + arguments.slots[i].offset);
  return fault_of(gpu::launch(context_, function.handle, shape.grid, shape.block,
                              uint32_t(shape.dynamic_shared), stream(), pointers));
}

std::optional<DeviceFault> CudaDevice::copy_to_symbol(LoadedModule& loaded,
                                                      const std::string& symbol, const void* data,
                                                      uint64_t bytes, uint64_t offset,
                                                      bool from_host) {
  const auto found = find_symbol(static_cast<CudaModule&>(loaded), symbol);
  if (!found.ok()) return DeviceFault{"name", "the device side has no variable '" + symbol + "'"};
  if (offset + bytes > found->bytes)
    return DeviceFault{"out_of_bounds", "cudaMemcpyToSymbol of " + std::to_string(bytes) +
                                            " bytes at " + std::to_string(offset) + " into " +
                                            symbol + " of " + std::to_string(found->bytes)};
  const CUdeviceptr to = found->address + offset;
  // From pageable memory the driver has taken its copy when the call returns.
  return fault_of(from_host ? gpu::copy_to_device(context_, to, data, bytes, stream())
                            : gpu::copy_on_device(context_, to, reinterpret_cast<CUdeviceptr>(data),
                                                  bytes, stream()));
}

std::optional<DeviceFault> CudaDevice::fill(void* destination, int byte, uint64_t bytes) {
  return fault_of(gpu::fill_bytes(context_, reinterpret_cast<CUdeviceptr>(destination),
                                  uint8_t(byte), bytes, stream()));
}

std::optional<DeviceFault> CudaDevice::copy(void* destination, const void* source, uint64_t bytes) {
  return fault_of(gpu::copy_on_device(context_, reinterpret_cast<CUdeviceptr>(destination),
                                      reinterpret_cast<CUdeviceptr>(source), bytes, stream()));
}

std::optional<DeviceFault> CudaDevice::synchronize() { return fault_of(context_.synchronize()); }

int CudaDevice::occupancy(LoadedModule& module, const std::string& kernel, int block_threads,
                          uint64_t dynamic_shared) {
  const auto found = function_of(module, kernel);
  if (!found.ok()) return 0;
  const auto blocks = gpu::blocks_per_sm(context_, (*found)->handle, uint32_t(block_threads),
                                         uint32_t(dynamic_shared));
  return blocks.ok() ? *blocks : 0;
}

}  // namespace cudal1::execute
