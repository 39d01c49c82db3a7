// NVML: energy, clocks, throttling. Opened at run time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace cudal1::gpu {

struct PowerState {
  uint32_t sm_clock_mhz = 0, memory_clock_mhz = 0;
  uint32_t temperature_c = 0;
  uint32_t power_mw = 0;
  uint64_t throttle_reasons = 0;      // NVML's bit set
  std::string throttle_text;          // "none", "software power cap", …
};

class PowerMeter {
 public:
  // Null with `why` filled when NVML is missing. `ordinal`: the CUDA device (matched by PCI bus id).
  static std::unique_ptr<PowerMeter> open(const std::string& pci_bus_id, std::string* why);
  ~PowerMeter();
  PowerState state() const;
  // Millijoules since the driver was loaded; updated about every 100 ms.
  std::optional<uint64_t> total_energy_mj() const;
  std::string driver_version() const;

 private:
  PowerMeter();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cudal1::gpu
