// Programmatic dependent launch: where the launch asks for it (OVERLAPPED is defined then), a kernel
// starts while the one before it still runs. Until it has waited, it may read weights, and what
// earlier steps left.
#pragma once

__device__ __forceinline__ void let_the_next_start() {
#ifdef OVERLAPPED
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

// All that earlier kernels wrote is there to be read afterwards.
__device__ __forceinline__ void wait_for_the_previous() {
#ifdef OVERLAPPED
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// `bytes` from `from` on (16-byte aligned, as many) into the L2 cache, shared out among the blocks.
__device__ __forceinline__ void send_for(const void* from, int bytes) {
#ifdef OVERLAPPED
  constexpr int kPiece = 4096;
  for (int at = (blockIdx.x + gridDim.x * threadIdx.x) * kPiece; at < bytes;
       at += gridDim.x * blockDim.x * kPiece)
    asm volatile("cp.async.bulk.prefetch.L2.global [%0], %1;" ::"l"(static_cast<const char*>(from) + at),
                 "r"(min(kPiece, bytes - at))
                 : "memory");
#endif
}
