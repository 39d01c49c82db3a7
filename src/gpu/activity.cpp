#include "cudal1/gpu/activity.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <mutex>

#include "cudal1/core/log.h"
#include "cupti_api.h"

namespace cudal1::gpu {
namespace {

// The oldest layouts that hold what is read here; later ones only append (checked below for this
// header).
using KernelRecord = CUpti_ActivityKernel9;
using MemcpyRecord = CUpti_ActivityMemcpy5;
using MemsetRecord = CUpti_ActivityMemset4;
#if CUPTI_API_VERSION >= 130000
static_assert(offsetof(CUpti_ActivityKernel10, name) == offsetof(KernelRecord, name));
static_assert(offsetof(CUpti_ActivityKernel10, start) == offsetof(KernelRecord, start));
static_assert(offsetof(CUpti_ActivityKernel10, correlationId) ==
              offsetof(KernelRecord, correlationId));
static_assert(offsetof(CUpti_ActivityMemcpy6, correlationId) ==
              offsetof(MemcpyRecord, correlationId));
#endif

constexpr size_t kBufferBytes = 1u << 20;  // about 5000 kernels
constexpr size_t kBufferAlignment = 64;    // CUPTI asks for 8

// CUPTI's callbacks carry no argument, so their state is the process's. It is never destroyed:
// CUPTI hands back buffers as late as from the process's exit handlers.
class Collector {
 public:
  static Collector& get() {
    static Collector* const only = new Collector;
    return *only;
  }

  // Null, or why it cannot run.
  std::string start() {
    const std::lock_guard lock(start_mutex_);
    if (started_) return "";
    std::string why;
    if (!api_.open(&why)) return why;
    if (const CUptiResult status = api_.register_callbacks(&request_buffer, &complete_buffer);
        status != CUPTI_SUCCESS)
      return describe(status, "cuptiActivityRegisterCallbacks");
    for (CUpti_ActivityKind kind : {CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL,
                                    CUPTI_ACTIVITY_KIND_MEMCPY, CUPTI_ACTIVITY_KIND_MEMSET})
      if (const CUptiResult status = api_.enable(kind); status != CUPTI_SUCCESS)
        return describe(status, "cuptiActivityEnable");
    started_ = true;
    return "";
  }

  std::vector<Activity> flush() {
    const CUptiResult status = api_.flush_all(CUPTI_ACTIVITY_FLAG_FLUSH_FORCED);
    if (status != CUPTI_SUCCESS) log::warning(describe(status, "cuptiActivityFlushAll"));
    std::vector<Activity> activities;
    const std::lock_guard lock(records_mutex_);
    activities.swap(records_);
    return activities;
  }

  uint64_t dropped() const { return dropped_; }
  std::string path() const { return api_.path.string(); }

 private:
  static void CUPTIAPI request_buffer(uint8_t** buffer, size_t* size, size_t* max_records) {
    *buffer = static_cast<uint8_t*>(std::aligned_alloc(kBufferAlignment, kBufferBytes));
    *size = *buffer ? kBufferBytes : 0;
    *max_records = 0;  // as many as fit
  }

  static void CUPTIAPI complete_buffer(CUcontext context, uint32_t stream, uint8_t* buffer, size_t,
                                       size_t valid_bytes) {
    get().read(buffer, valid_bytes);
    size_t lost = 0;
    if (get().api_.get_num_dropped_records(context, stream, &lost) == CUPTI_SUCCESS)
      get().dropped_ += lost;
    std::free(buffer);
  }

  void read(uint8_t* buffer, size_t valid_bytes) {
    const std::lock_guard lock(records_mutex_);
    CUpti_Activity* record = nullptr;
    while (valid_bytes && api_.get_next_record(buffer, valid_bytes, &record) == CUPTI_SUCCESS)
      add(record);
  }

  void add(const CUpti_Activity* record) {
    switch (record->kind) {
      case CUPTI_ACTIVITY_KIND_KERNEL:
      case CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL: {
        const auto* kernel = reinterpret_cast<const KernelRecord*>(record);
        records_.push_back({ActivityKind::kKernel, kernel->name ? kernel->name : "", kernel->start,
                            kernel->end, kernel->correlationId, kernel->registersPerThread});
        break;
      }
      case CUPTI_ACTIVITY_KIND_MEMCPY: {
        const auto* copy = reinterpret_cast<const MemcpyRecord*>(record);
        records_.push_back(
            {ActivityKind::kMemcpy, "", copy->start, copy->end, copy->correlationId, 0});
        break;
      }
      case CUPTI_ACTIVITY_KIND_MEMSET: {
        const auto* fill = reinterpret_cast<const MemsetRecord*>(record);
        records_.push_back(
            {ActivityKind::kMemset, "", fill->start, fill->end, fill->correlationId, 0});
        break;
      }
      default:
        break;
    }
  }

  std::string describe(CUptiResult status, const char* call) const {
    const char* text = nullptr;
    api_.get_result_string(status, &text);
    return std::string(call) + " failed: " + (text ? text : std::to_string(int(status))) +
           " (is a profiler attached?)";
  }

  CuptiApi api_;
  std::mutex start_mutex_;
  bool started_ = false;
  std::mutex records_mutex_;
  std::vector<Activity> records_;
  std::atomic<uint64_t> dropped_ = 0;
};

}  // namespace

struct ActivityTracer::Impl {
  Collector& collector = Collector::get();
};

ActivityTracer::ActivityTracer() : impl_(std::make_unique<Impl>()) {}
ActivityTracer::~ActivityTracer() = default;

std::unique_ptr<ActivityTracer> ActivityTracer::start(std::string* why) {
  const std::string trouble = Collector::get().start();
  if (!trouble.empty()) {
    if (why) *why = trouble;
    return nullptr;
  }
  return std::unique_ptr<ActivityTracer>(new ActivityTracer);
}

std::vector<Activity> ActivityTracer::flush() {
  std::vector<Activity> activities = impl_->collector.flush();
  std::stable_sort(activities.begin(), activities.end(),
                   [](const Activity& a, const Activity& b) { return a.start_ns < b.start_ns; });
  return activities;
}

uint64_t ActivityTracer::dropped() const { return impl_->collector.dropped(); }
std::string ActivityTracer::library_path() const { return impl_->collector.path(); }

}  // namespace cudal1::gpu
