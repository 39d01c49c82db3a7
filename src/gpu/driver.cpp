#include "cudal1/gpu/driver.h"

#include <dlfcn.h>

#include "cudal1/core/error.h"
#include "cudal1/core/log.h"
#include "cudal1/gpu/driver_api.h"
#include "resolver.h"

namespace cudal1::gpu {
namespace {

void say(std::string* why, std::string text) {
  if (why) *why = std::move(text);
}

// cuda.h's macros have turned cuMemAlloc into cuMemAlloc_v2 by the time it becomes a string.
#define CUDAL1_NAME(function) #function
#define CUDAL1_RESOLVE(member, function) driver.find(CUDAL1_NAME(function), &api->member);
bool resolve_all(void* library, Driver::Api* api, std::string* why) {
  Resolver driver(library);
  CUDAL1_DRIVER_API(CUDAL1_RESOLVE)
  if (!driver.missing()) return true;
  say(why, std::string("the driver is too old: it has no ") + driver.missing());
  return false;
}
#undef CUDAL1_RESOLVE
#undef CUDAL1_NAME

}  // namespace

Driver::Driver() : api_(std::make_unique<Api>()) {}
Driver::~Driver() = default;  // libcuda stays loaded: it does not support being unloaded

std::shared_ptr<Driver> Driver::load(std::string* why) {
  void* library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    const char* reason = dlerror();
    say(why,
        std::string("no NVIDIA driver: ") + (reason ? reason : "libcuda.so.1 cannot be opened"));
    return nullptr;
  }
  std::shared_ptr<Driver> driver(new Driver);
  if (!resolve_all(library, driver->api_.get(), why)) return nullptr;
  if (const CUresult status = driver->api().init(0); status != CUDA_SUCCESS) {
    say(why, "the driver does not start: " + status_text(*driver, status));
    return nullptr;
  }
  if (driver->device_count() == 0) {
    say(why, "the driver sees no GPU (CUDA_VISIBLE_DEVICES?)");
    return nullptr;
  }
  return driver;
}

int Driver::device_count() const {
  int count = 0;
  return api_->device_get_count(&count) == CUDA_SUCCESS ? count : 0;
}

DeviceInfo Driver::device_info(int ordinal) const {
  CUdevice device = 0;
  require(*this, api_->device_get(&device, ordinal), "cuDeviceGet");
  const auto attribute = [&](CUdevice_attribute which) {
    int value = 0;
    require(*this, api_->device_get_attribute(&value, which, device), "cuDeviceGetAttribute");
    return value;
  };
  DeviceInfo info;
  info.ordinal = ordinal;
  char text[256] = "";
  require(*this, api_->device_get_name(text, sizeof text, device), "cuDeviceGetName");
  info.name = text;
  require(*this, api_->device_get_pci_bus_id(text, sizeof text, device), "cuDeviceGetPCIBusId");
  info.pci_bus_id = text;
  require(*this, api_->driver_get_version(&info.driver_version), "cuDriverGetVersion");
  size_t memory = 0;
  require(*this, api_->device_total_mem(&memory, device), "cuDeviceTotalMem");
  info.total_memory = memory;
  info.major = attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
  info.minor = attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  info.sms = attribute(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  info.l2_bytes = uint64_t(attribute(CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE));
  info.max_threads_per_block = attribute(CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
  info.max_threads_per_sm = attribute(CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR);
  info.warp_size = attribute(CU_DEVICE_ATTRIBUTE_WARP_SIZE);
  info.shared_per_block = attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK);
  info.shared_per_block_optin = attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
  info.shared_per_sm = attribute(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR);
  info.registers_per_sm = attribute(CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR);
  info.clock_khz = attribute(CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
  info.memory_clock_khz = attribute(CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE);
  info.memory_bus_bits = attribute(CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH);
  info.pageable_memory_access = attribute(CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS) != 0;
  info.virtual_memory = attribute(CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED) != 0;
  return info;
}

std::string status_text(const Driver& driver, CUresult status) {
  const char *name = nullptr, *meaning = nullptr;
  driver.api().get_error_name(status, &name);
  driver.api().get_error_string(status, &meaning);
  return (name ? std::string(name) : "CUresult " + std::to_string(int(status))) + ": " +
         (meaning ? meaning : "unknown to this driver");
}

bool is_sticky(CUresult status) {
  switch (status) {
    case CUDA_ERROR_DEINITIALIZED:
    case CUDA_ERROR_ECC_UNCORRECTABLE:
    case CUDA_ERROR_ILLEGAL_ADDRESS:
    case CUDA_ERROR_LAUNCH_TIMEOUT:
    case CUDA_ERROR_CONTEXT_IS_DESTROYED:
    case CUDA_ERROR_ASSERT:
    case CUDA_ERROR_HARDWARE_STACK_ERROR:
    case CUDA_ERROR_ILLEGAL_INSTRUCTION:
    case CUDA_ERROR_MISALIGNED_ADDRESS:
    case CUDA_ERROR_INVALID_ADDRESS_SPACE:
    case CUDA_ERROR_INVALID_PC:
    case CUDA_ERROR_LAUNCH_FAILED:
    case CUDA_ERROR_EXTERNAL_DEVICE:
    case CUDA_ERROR_UNKNOWN:
      return true;
    default:
      return int(status) == 220 || int(status) == 221 ||  // NVLink, contained memory error
             int(status) == 721;                          // tensor memory leak
  }
}

DriverFault make_fault(const Driver& driver, CUresult status, const char* call) {
  return {status, status_text(driver, status) + " (" + call + ")", is_sticky(status)};
}

Result<bool, DriverFault> checked(const Driver& driver, CUresult status, const char* call) {
  if (status != CUDA_SUCCESS) return make_fault(driver, status, call);
  return true;
}

void require(const Driver& driver, CUresult status, const char* call) {
  if (status != CUDA_SUCCESS)
    throw EnvironmentError(
        make_fault(driver, status, call).message,
        "Look at nvidia-smi: is the GPU free, healthy and not in exclusive mode?");
}

void note(const Driver& driver, CUresult status, const char* call) noexcept {
  if (status != CUDA_SUCCESS) log::debug(make_fault(driver, status, call).message);
}

}  // namespace cudal1::gpu
