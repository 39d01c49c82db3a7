#include "cudal1/gpu/power.h"

#include <dlfcn.h>

#include <array>

namespace cudal1::gpu {
namespace {

// From NVML's documented ABI; nvml.h is not part of what torch's wheels bring.
using Status = int;  // 0: success
using NvmlDevice = struct nvmlDevice_st*;
constexpr int kClockSm = 1, kClockMemory = 2, kSensorGpu = 0;

struct NvmlApi {
  Status (*init)() = nullptr;
  Status (*shutdown)() = nullptr;
  const char* (*error_string)(Status) = nullptr;
  Status (*driver_version)(char*, unsigned) = nullptr;
  Status (*handle_by_pci_bus_id)(const char*, NvmlDevice*) = nullptr;
  Status (*clock_info)(NvmlDevice, int, unsigned*) = nullptr;
  Status (*temperature)(NvmlDevice, int, unsigned*) = nullptr;
  Status (*power_usage)(NvmlDevice, unsigned*) = nullptr;
  Status (*throttle_reasons)(NvmlDevice, unsigned long long*) = nullptr;
  Status (*total_energy)(NvmlDevice, unsigned long long*) = nullptr;
};

template <typename Function>
bool resolve(void* library, const char* name, Function* function) {
  *function = reinterpret_cast<Function>(dlsym(library, name));
  return *function != nullptr;
}

bool resolve_all(void* library, NvmlApi* api) {
  return resolve(library, "nvmlInit_v2", &api->init) &&
         resolve(library, "nvmlShutdown", &api->shutdown) &&
         resolve(library, "nvmlErrorString", &api->error_string) &&
         resolve(library, "nvmlSystemGetDriverVersion", &api->driver_version) &&
         resolve(library, "nvmlDeviceGetHandleByPciBusId_v2", &api->handle_by_pci_bus_id) &&
         resolve(library, "nvmlDeviceGetClockInfo", &api->clock_info) &&
         resolve(library, "nvmlDeviceGetTemperature", &api->temperature) &&
         resolve(library, "nvmlDeviceGetPowerUsage", &api->power_usage) &&
         resolve(library, "nvmlDeviceGetCurrentClocksThrottleReasons", &api->throttle_reasons) &&
         resolve(library, "nvmlDeviceGetTotalEnergyConsumption", &api->total_energy);
}

struct Reason {
  uint64_t bit;
  const char* text;
};
constexpr std::array kReasons = {
    Reason{0x001, "idle"},
    Reason{0x002, "application clocks"},
    Reason{0x004, "software power cap"},
    Reason{0x008, "hardware slowdown"},
    Reason{0x010, "sync boost"},
    Reason{0x020, "software thermal limit"},
    Reason{0x040, "hardware thermal limit"},
    Reason{0x080, "hardware power brake"},
    Reason{0x100, "display clocks"},
};

std::string reasons_text(uint64_t bits) {
  std::string text;
  for (const Reason& reason : kReasons)
    if (bits & reason.bit) text += (text.empty() ? "" : ", ") + std::string(reason.text);
  return text.empty() ? "none" : text;
}

}  // namespace

struct PowerMeter::Impl {
  NvmlApi api;
  NvmlDevice device = nullptr;
  bool running = false;
  ~Impl() {
    if (running) api.shutdown();
  }
};

PowerMeter::PowerMeter() : impl_(std::make_unique<Impl>()) {}
PowerMeter::~PowerMeter() = default;

std::unique_ptr<PowerMeter> PowerMeter::open(const std::string& pci_bus_id, std::string* why) {
  const auto fail = [&](std::string text) {
    if (why) *why = std::move(text);
    return std::unique_ptr<PowerMeter>();
  };
  void* library = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* reason = dlerror();
    return fail(reason ? reason : "libnvidia-ml.so.1 cannot be opened");
  }
  std::unique_ptr<PowerMeter> meter(new PowerMeter);
  NvmlApi& api = meter->impl_->api;
  if (!resolve_all(library, &api)) return fail("libnvidia-ml.so.1 is too old");
  if (const Status status = api.init(); status != 0)
    return fail(std::string("nvmlInit: ") + api.error_string(status));
  meter->impl_->running = true;
  if (const Status status = api.handle_by_pci_bus_id(pci_bus_id.c_str(), &meter->impl_->device);
      status != 0)
    return fail("NVML does not know the GPU at " + pci_bus_id + ": " + api.error_string(status));
  return meter;
}

// What a GPU does not report stays 0.
PowerState PowerMeter::state() const {
  const NvmlApi& api = impl_->api;
  PowerState state;
  api.clock_info(impl_->device, kClockSm, &state.sm_clock_mhz);
  api.clock_info(impl_->device, kClockMemory, &state.memory_clock_mhz);
  api.temperature(impl_->device, kSensorGpu, &state.temperature_c);
  api.power_usage(impl_->device, &state.power_mw);
  unsigned long long reasons = 0;
  api.throttle_reasons(impl_->device, &reasons);
  state.throttle_reasons = reasons;
  state.throttle_text = reasons_text(reasons);
  return state;
}

std::optional<uint64_t> PowerMeter::total_energy_mj() const {
  unsigned long long millijoules = 0;
  if (impl_->api.total_energy(impl_->device, &millijoules) != 0) return std::nullopt;
  return millijoules;
}

std::string PowerMeter::driver_version() const {
  char text[96] = "";
  impl_->api.driver_version(text, sizeof text);
  return text;
}

}  // namespace cudal1::gpu
