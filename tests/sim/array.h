// Host memory for kernels, aligned as a GPU aligns what it allocates: what accesses cost depends on
// their addresses, which must not depend on the heap.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace cudal1::sim::testing {

constexpr std::align_val_t kArrayAlignment{256};  // bytes, cudaMalloc's

template <typename T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <typename U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), kArrayAlignment)); }
  void deallocate(T* memory, size_t) { ::operator delete(memory, kArrayAlignment); }
  bool operator==(const AlignedAllocator&) const { return true; }
};

template <typename T>
using Array = std::vector<T, AlignedAllocator<T>>;

}  // namespace cudal1::sim::testing
