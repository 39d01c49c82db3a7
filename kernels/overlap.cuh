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
