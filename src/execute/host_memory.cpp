#include "cudal1/execute/host_memory.h"

#include <c10/core/Allocator.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <vector>

#include "cudal1/execute/ordinary.h"

namespace cudal1::execute {
namespace {

constexpr size_t kAlignment = 256;                // what cudaMalloc guarantees
constexpr size_t kIdleBytes = size_t(256) << 20;  // of freed allocations that are kept
constexpr size_t kGap = 512;                      // no region on either side of an allocation

struct State {
  std::mutex mutex;  // ATen's worker threads allocate too
  sim::Memory regions;
  std::function<std::string()> label;
  int poison = -1;
  const std::vector<float>* ordinary = nullptr;  // in its place
  uint64_t live = 0;
  std::map<size_t, std::set<std::byte*>> idle;  // freed allocations, by their whole size
  size_t idle_bytes = 0;
};

// ATen's allocator registry outlives main(); so must what it points to.
State& state() {
  static State* instance = new State;
  return *instance;
}

size_t whole_size(size_t bytes) {
  return (bytes + 2 * kGap + kAlignment - 1) / kAlignment * kAlignment;
}

// As CUDA's caching allocators do, calls that allocate alike get the same addresses again: the
// lowest of a size. A program that knows its results by addresses is found out only so.
std::byte* take_idle(State& all, size_t whole) {
  const auto found = all.idle.find(whole);
  if (found == all.idle.end() || found->second.empty()) return nullptr;
  std::byte* base = *found->second.begin();
  found->second.erase(found->second.begin());
  all.idle_bytes -= whole;
  return base;
}

void free_idle(State& all) {
  for (const auto& [whole, bases] : all.idle)
    for (std::byte* base : bases) std::free(base);
  all.idle.clear();
  all.idle_bytes = 0;
}

bool keep_idle(State& all, std::byte* base, size_t whole) {
  if (whole > kIdleBytes / 4) return false;
  if (all.idle_bytes + whole > kIdleBytes) free_idle(all);  // sizes that nobody asks for any more
  all.idle[whole].insert(base);
  all.idle_bytes += whole;
  return true;
}

void release(void* memory) {
  if (!memory) return;
  State& all = state();
  const auto begin = reinterpret_cast<uint64_t>(memory);
  std::byte* base = static_cast<std::byte*>(memory) - kGap;
  const std::lock_guard lock(all.mutex);
  const sim::Region* region = all.regions.find(begin);
  const uint64_t bytes = region ? region->end - region->begin : 0;
  all.live -= bytes;
  all.regions.remove(begin);
  if (!region || !keep_idle(all, base, whole_size(bytes))) std::free(base);
}

void fill(const State& all, std::byte* memory, size_t bytes) {
  if (all.ordinary) {
    const size_t piece = all.ordinary->size() * sizeof(float);
    for (size_t at = 0; at < bytes; at += piece)
      std::memcpy(memory + at, all.ordinary->data(), std::min(piece, bytes - at));
  } else if (all.poison >= 0) {
    std::memset(memory, all.poison, bytes);
  }
}

class RegionAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    if (bytes == 0) return {nullptr, nullptr, &release, c10::Device(c10::kCPU)};
    const size_t whole = whole_size(bytes);
    State& all = state();
    std::byte* memory = nullptr;
    {
      const std::lock_guard lock(all.mutex);
      std::byte* base = take_idle(all, whole);
      if (!base) base = static_cast<std::byte*>(std::aligned_alloc(kAlignment, whole));
      if (!base) throw std::bad_alloc();
      memory = base + kGap;
      const auto begin = reinterpret_cast<uint64_t>(memory);
      all.regions.add({begin, begin + bytes, all.label ? all.label() : "a tensor", true, ""});
      all.live += bytes;
    }
    fill(all, memory, bytes);
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
void HostMemory::set_poison(int byte) {
  state().poison = byte;
  state().ordinary = nullptr;
}
void HostMemory::set_ordinary() { state().ordinary = &ordinary_contents(); }
void HostMemory::set_label(std::function<std::string()> label) { state().label = std::move(label); }
uint64_t HostMemory::live_bytes() const { return state().live; }

}  // namespace cudal1::execute
