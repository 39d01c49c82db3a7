// CUPTI activity records: what ran on the device and when, to the nanosecond of the device clock.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cudal1::gpu {

enum class ActivityKind { kKernel, kMemcpy, kMemset };

struct Activity {
  ActivityKind kind = ActivityKind::kKernel;
  std::string name;          // mangled, of kernels
  uint64_t start_ns = 0, end_ns = 0;
  uint32_t correlation = 0;  // of the API call that caused it
  uint32_t registers = 0;    // per thread, of kernels
};

// Concurrent-kernel, memcpy and memset records of the whole process from `start` on. Enabled once per process and
// never toggled (CUPTI 13.0 deadlocks); one subscriber per process: `start` fails under a profiler.
class ActivityTracer {
 public:
  // Null with `why` filled when CUPTI is missing or taken. Must be called before the first context is made.
  static std::unique_ptr<ActivityTracer> start(std::string* why);
  ~ActivityTracer();
  // Everything that completed since the last call, sorted by start. Synchronise the device first.
  std::vector<Activity> flush();
  uint64_t dropped() const;  // records lost since the start
  std::string library_path() const;

 private:
  ActivityTracer();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cudal1::gpu
