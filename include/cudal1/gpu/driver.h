// libcuda, opened at run time. One table of entry points; every failing status becomes a value or
// an exception with the driver's own name for it.
#pragma once

#include <cuda.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cudal1/core/error.h"
#include "cudal1/core/geometry.h"
#include "cudal1/core/result.h"

namespace cudal1::gpu {

// A status that a candidate can cause (illegal address, launch failure, timeouts …). `sticky`: the
// context is lost and the process must be replaced.
struct DriverFault {
  CUresult status = CUDA_SUCCESS;
  std::string message;  // "CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access was encountered
                        // (cuStreamSynchronize)"
  bool sticky = false;
};

struct DeviceInfo {
  std::string name;
  int ordinal = 0;
  std::string pci_bus_id;  // "0000:18:00.0"
  int major = 0, minor = 0;
  int driver_version = 0;  // 13000
  int sms = 0;
  uint64_t total_memory = 0, l2_bytes = 0;
  int max_threads_per_block = 0, max_threads_per_sm = 0, warp_size = 32;
  int shared_per_block = 0, shared_per_block_optin = 0, shared_per_sm = 0;
  int registers_per_sm = 0;
  int clock_khz = 0, memory_clock_khz = 0, memory_bus_bits = 0;
  bool pageable_memory_access = false;  // kernels could write host memory
  bool virtual_memory = false;
};

// The opened driver. Cheap to copy handles from; live as long as anything made from it.
class Driver {
 public:
  struct Api;
  // Null with `why` filled when there is no driver or no device.
  static std::shared_ptr<Driver> load(std::string* why);
  ~Driver();
  const Api& api() const { return *api_; }
  int device_count() const;
  DeviceInfo device_info(int ordinal) const;

 private:
  Driver();
  std::unique_ptr<Api> api_;
};

// The device's primary context (the one libtorch uses), retained and made current on this thread.
class Context {
 public:
  Context(std::shared_ptr<Driver> driver, int ordinal);
  ~Context();
  Context(const Context&) = delete;
  const Driver& driver() const { return *driver_; }
  CUcontext get() const { return context_; }
  const DeviceInfo& info() const { return info_; }
  // For a thread other than the one that made this object.
  void make_current() const;
  Result<bool, DriverFault> synchronize() const;
  uint64_t free_memory() const;  // bytes, now

 private:
  std::shared_ptr<Driver> driver_;
  CUdevice device_ = 0;
  CUcontext context_ = nullptr;
  DeviceInfo info_;
};

class Module {
 public:
  static Result<Module, DriverFault> load(const Context& context, const std::string& cubin);
  Module(Module&& other) noexcept;
  Module& operator=(Module&& other) noexcept;
  ~Module();
  Result<CUfunction, DriverFault> function(const std::string& mangled) const;
  struct Symbol {
    CUdeviceptr address = 0;
    size_t bytes = 0;
  };
  Result<Symbol, DriverFault> symbol(const std::string& mangled) const;
  CUmodule get() const { return module_; }

 private:
  Module(const Context& context, CUmodule module) : context_(&context), module_(module) {}
  const Context* context_;
  CUmodule module_;
};

// Times regions of a stream; events cross-check CUPTI above 20 µs and replace it where it is
// absent.
class Event {
 public:
  explicit Event(const Context& context);
  ~Event();
  Event(Event&& other) noexcept;
  void record(CUstream stream);
  Result<bool, DriverFault> synchronize() const;
  // Nanoseconds from `start` to this one; both must have completed.
  double since_ns(const Event& start) const;

 private:
  const Context* context_;
  CUevent event_ = nullptr;
};

// A buffer that ends at an unmapped page: the first access past its end (rounded up to 16 bytes)
// faults.
class GuardedBuffer {
 public:
  static Result<GuardedBuffer, DriverFault> allocate(const Context& context, size_t bytes);
  GuardedBuffer(GuardedBuffer&& other) noexcept;
  GuardedBuffer& operator=(GuardedBuffer&& other) noexcept;
  ~GuardedBuffer();
  CUdeviceptr get() const { return begin_; }
  size_t bytes() const { return bytes_; }
  // The mapped range around it: [mapped_begin, mapped_begin + mapped_bytes).
  CUdeviceptr mapped_begin() const { return mapped_; }
  size_t mapped_bytes() const { return mapped_bytes_; }

 private:
  GuardedBuffer() = default;
  Result<bool, DriverFault> map(size_t granule);
  void release() noexcept;
  const Context* context_ = nullptr;
  CUdeviceptr begin_ = 0, mapped_ = 0, reserved_ = 0;
  size_t bytes_ = 0, mapped_bytes_ = 0, reserved_bytes_ = 0;
  CUmemGenericAllocationHandle handle_ = 0;
};

std::string status_text(const Driver& driver, CUresult status);
bool is_sticky(CUresult status);
// `call`: the driver function that returned `status`.
DriverFault make_fault(const Driver& driver, CUresult status, const char* call);
// True, or the fault.
Result<bool, DriverFault> checked(const Driver& driver, CUresult status, const char* call);
// For what no candidate can cause: EnvironmentError unless CUDA_SUCCESS.
void require(const Driver& driver, CUresult status, const char* call);
// Likewise; `what` begins the message: "cannot load the timing kernels".
template <typename T>
T require(Result<T, DriverFault> result, const char* what) {
  if (!result.ok()) throw EnvironmentError(std::string(what) + ": " + result.error().message);
  return std::move(result.value());
}
// For destructors: a failure is logged.
void note(const Driver& driver, CUresult status, const char* call) noexcept;

}  // namespace cudal1::gpu
