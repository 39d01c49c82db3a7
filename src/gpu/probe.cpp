#include "cudal1/gpu/probe.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "cudal1/core/error.h"
#include "cudal1/gpu/activity.h"
#include "cudal1/gpu/compiler.h"
#include "cudal1/gpu/driver.h"
#include "cudal1/gpu/power.h"
#include "cupti_api.h"

namespace cudal1::gpu {
namespace {

constexpr char kNoGpuAdvice[] = "Without a GPU everything runs on the simulator (--device sim).";

std::string version_text(int cuda) {  // 13000
  return std::to_string(cuda / 1000) + "." + std::to_string(cuda % 1000 / 10);
}

std::string gibibytes(uint64_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f GiB", double(bytes) / double(1ull << 30));
  return text;
}

Probe probe_nvrtc() {
  try {
    const Compiler compiler;
    const auto [major, minor] = compiler.version();
    return {"NVRTC", true,
            std::to_string(major) + "." + std::to_string(minor) + " at " + compiler.library_path(),
            ""};
  } catch (const EnvironmentError& error) {
    return {"NVRTC", false, error.what(), error.advice()};
  }
}

Probe probe_gpu(const DeviceInfo& info) {
  return {"GPU", true,
          info.name + ", compute capability " + std::to_string(info.major) + "." +
              std::to_string(info.minor) + ", " + std::to_string(info.sms) + " SMs, " +
              gibibytes(info.total_memory),
          ""};
}

Probe probe_cupti() {
  CuptiApi api;
  std::string why;
  if (!api.open(&why))
    return {"CUPTI", false, why,
            "Install the toolkit's CUPTI or the Python package nvidia-cuda-cupti, or set "
            "CUDAL1_CUPTI. Without it "
            "events time kernels, which is coarse below 20 us."};
  const std::string found =
      "API version " + std::to_string(api.version) + " at " + api.path.string();
  if (!ActivityTracer::start(&why))
    return {"CUPTI", false, found + ", but it does not record: " + why,
            "Only one profiler can subscribe in a process: run without ncu, nsys or "
            "compute-sanitizer."};
  return {"CUPTI", true, found, ""};
}

Probe probe_nvml(const DeviceInfo& info) {
  std::string why;
  const std::unique_ptr<PowerMeter> meter = PowerMeter::open(info.pci_bus_id, &why);
  if (!meter)
    return {"NVML", false, why, "It comes with the driver. Without it energy is not reported."};
  const std::string energy = meter->total_energy_mj() ? "" : ", no energy counter";
  return {"NVML", true,
          "driver " + meter->driver_version() + energy +
              ", throttled by: " + meter->state().throttle_text,
          ""};
}

Probe probe_guard_pages(const DeviceInfo& info) {
  if (info.virtual_memory) return {"guard pages", true, "virtual memory management is there", ""};
  return {"guard pages", false, "this GPU or driver has no virtual memory management",
          "Accesses just past a buffer cannot be caught on this GPU; --device sim catches them."};
}

Probe probe_pageable_memory(const DeviceInfo& info) {
  if (!info.pageable_memory_access)
    return {"host memory", true, "kernels cannot reach pageable host memory", ""};
  return {"host memory", false,
          "kernels can read and write this process's memory (pageable memory access)",
          "Run candidates you do not trust on --device sim, or on a GPU without this ability."};
}

// Tools that attach to a process leave these in its environment.
Probe probe_profilers() {
  std::string found;
  for (const char* name :
       {"CUDA_INJECTION64_PATH", "NVTX_INJECTION64_PATH", "NV_SANITIZER_INJECTION_PORT_BASE",
        "NV_NSIGHT_INJECTION_PORT_BASE", "CUDA_LAUNCH_BLOCKING"})
    if (const char* value = std::getenv(name); value && *value)
      found += (found.empty() ? "" : ", ") + std::string(name) + "=" + value;
  if (found.empty()) return {"profilers", true, "none attached", ""};
  return {"profilers", false, found,
          "Times measured under a profiler are not the program's: unset these."};
}

}  // namespace

std::vector<Probe> probe_machine() {
  std::vector<Probe> probes = {probe_nvrtc()};
  std::string why;
  const std::shared_ptr<Driver> driver = Driver::load(&why);
  if (!driver) {
    probes.push_back({"GPU", false, why, kNoGpuAdvice});
  } else {
    const DeviceInfo info = driver->device_info(0);
    probes.push_back(probe_gpu(info));
    probes.push_back({"driver", true, "supports CUDA " + version_text(info.driver_version), ""});
    probes.push_back(probe_cupti());
    probes.push_back(probe_nvml(info));
    probes.push_back(probe_guard_pages(info));
    probes.push_back(probe_pageable_memory(info));
  }
  probes.push_back(probe_profilers());
  return probes;
}

}  // namespace cudal1::gpu
