#include "cudal1/execute/host_memory.h"

#include <c10/core/Allocator.h>

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

namespace cudal1::execute {
namespace {

constexpr size_t kAlignment = 256;  // what cudaMalloc guarantees
constexpr size_t kGap = 512;        // no region on either side of an allocation

struct State {
  std::mutex mutex;  // ATen's worker threads allocate too
  sim::Memory regions;
  std::function<std::string()> label;
  int poison = -1;
  uint64_t live = 0;
};

// ATen's allocator registry outlives main(); so must what it points to.
State& state() {
  static State* instance = new State;
  return *instance;
}

void release(void* memory) {
  if (!memory) return;
  State& all = state();
  const auto begin = reinterpret_cast<uint64_t>(memory);
  {
    const std::lock_guard lock(all.mutex);
    if (const sim::Region* region = all.regions.find(begin))
      all.live -= region->end - region->begin;
    all.regions.remove(begin);
  }
  std::free(static_cast<std::byte*>(memory) - kGap);
}

class RegionAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &release, c10::Device(c10::kCPU)};
    const size_t whole = (bytes + 2 * kGap + kAlignment - 1) / kAlignment * kAlignment;
    auto* base = static_cast<std::byte*>(std::aligned_alloc(kAlignment, whole));
    if (!base) throw std::bad_alloc();
    std::byte* memory = base + kGap;
    State& all = state();
    const auto begin = reinterpret_cast<uint64_t>(memory);
    {
      const std::lock_guard lock(all.mutex);
      all.regions.add({begin, begin + bytes, all.label ? all.label() : "a tensor", true, ""});
      all.live += bytes;
    }
    if (all.poison >= 0) std::memset(memory, all.poison, bytes);
    return {memory, memory, &release, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* destination, const void* source, std::size_t count) const override {
    std::memcpy(destination, source, count);
  }
};

}  // namespace

HostMemory& HostMemory::install() {
  static HostMemory instance;
  static RegionAllocator* allocator = [] {
    auto* made = new RegionAllocator;
    c10::SetAllocator(c10::kCPU, made, /*priority=*/1);
    return made;
  }();
  (void)allocator;
  return instance;
}

const sim::Memory& HostMemory::regions() const { return state().regions; }
void HostMemory::protect(const void* address, std::string protection) {
  const std::lock_guard lock(state().mutex);
  state().regions.protect(reinterpret_cast<uint64_t>(address), std::move(protection));
}
void HostMemory::set_poison(int byte) { state().poison = byte; }
void HostMemory::set_label(std::function<std::string()> label) { state().label = std::move(label); }
uint64_t HostMemory::live_bytes() const { return state().live; }

}  // namespace cudal1::execute
