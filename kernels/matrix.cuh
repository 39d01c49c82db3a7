// Products of small matrices on tensor cores, of at::Half or at::BFloat16, summed in float.
// A warp's lane is 4 g + t. Fragments, as mma.m16n8k16 has them:
//   A [16][16]: rows g, g + 8, g, g + 8; columns 2 t and 2 t + 1, the last two registers' 8 further
//   B [16][8]: column g; rows 2 t and 2 t + 1, the second register's 8 further
//   C [16][8]: rows g, g, g + 8, g + 8; columns 2 t, 2 t + 1, 2 t, 2 t + 1
#pragma once

template <typename T>
constexpr bool kIsHalf = false;
template <>
constexpr bool kIsHalf<at::Half> = true;

// c += a b
template <typename T>
__device__ __forceinline__ void multiply_add(float (&c)[4], const uint32_t (&a)[4],
                                             const uint32_t (&b)[2]) {
  if (kIsHalf<T>)
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  else
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
        "{%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Two neighbours of a fragment.
template <typename T>
__device__ __forceinline__ uint32_t narrowed(float low, float high) {
  uint32_t pair;
  if (kIsHalf<T>)
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  else
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}

// And what narrowing took away, itself narrowed.
template <typename T>
__device__ __forceinline__ uint32_t rest_of(float low, float high, uint32_t pair) {
  if (kIsHalf<T>) {
    float first, second;
    asm("{.reg .f16 a, b; mov.b32 {a, b}, %2; cvt.f32.f16 %0, a; cvt.f32.f16 %1, b;}"
        : "=f"(first), "=f"(second)
        : "r"(pair));
    return narrowed<T>(low - first, high - second);
  }
  return narrowed<T>(low - __uint_as_float(pair << 16),
                     high - __uint_as_float(pair & 0xffff0000u));
}

// Matrices of [8][8] from shared memory, whose rows of 16 bytes lie anywhere: lane 8 i + r has the
// address of row r of matrix i. Register i is then a fragment's where matrix i is its quarter.
__device__ __forceinline__ void load_matrices(uint32_t (&to)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(uint32_t(__cvta_generic_to_shared(row)))
               : "memory");
}
__device__ __forceinline__ void load_matrices(uint32_t (&to)[2], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0,%1}, [%2];"
               : "=r"(to[0]), "=r"(to[1])
               : "r"(uint32_t(__cvta_generic_to_shared(row)))
               : "memory");
}
// Each of them transposed.
__device__ __forceinline__ void load_transposed(uint32_t (&to)[4], const void* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(uint32_t(__cvta_generic_to_shared(row)))
               : "memory");
}
