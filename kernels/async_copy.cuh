// Copies from global to shared memory that a thread asks for and does not wait for (cp.async).
#pragma once

// 16 bytes, aligned; zeros with `there` false, then nothing is read.
__device__ __forceinline__ void ask(void* to, const void* from, bool there) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
               :
               : "r"(uint32_t(__cvta_generic_to_shared(to))), "l"(from), "r"(there ? 16 : 0)
               : "memory");
}
// What the thread asked for since it last did this is a group.
__device__ __forceinline__ void close_group() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// All of the thread's groups but the last `OPEN` are there.
template <int OPEN>
__device__ __forceinline__ void await_groups() {
  asm volatile("cp.async.wait_group %0;" ::"n"(OPEN) : "memory");
}
