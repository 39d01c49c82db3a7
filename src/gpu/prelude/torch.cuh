// Macros, warp shuffles, Half and BFloat16 as torch gives them to device code.
#define C10_RESTRICT __restrict__
#define C10_HOST_DEVICE __host__ __device__
#define C10_DEVICE __device__
#define C10_HOST __host__
#define C10_ALWAYS_INLINE __forceinline__
#define C10_UNUSED [[maybe_unused]]
#define C10_LIKELY(x) (x)
#define C10_UNLIKELY(x) (x)
#define C10_WARP_SIZE 32
#define C10_MAX_THREADS_PER_BLOCK(n) (n)
#define C10_MIN_BLOCKS_PER_SM(threads, blocks) (blocks)
#define C10_LAUNCH_BOUNDS_0 __launch_bounds__(256, 4)
#define C10_LAUNCH_BOUNDS_1(threads) __launch_bounds__(threads)
#define C10_LAUNCH_BOUNDS_2(threads, blocks) __launch_bounds__(threads, blocks)
#define GPU_LAMBDA __device__
#define AT_HOST_DEVICE __host__ __device__
#define CUDA_KERNEL_ASSERT(condition) assert(condition)
#define CUDA_KERNEL_ASSERT_MSG(condition, message) assert(condition)
#define CUDA_KERNEL_LOOP_TYPE(i, n, index_type)                                                        \
  for (int64_t i##_wide = int64_t(blockIdx.x) * blockDim.x + threadIdx.x, i##_keep = 1; i##_keep; i##_keep = 0) \
    for (index_type i = i##_wide; i##_wide < (n); i##_wide += int64_t(blockDim.x) * gridDim.x, i = i##_wide)
#define CUDA_KERNEL_LOOP(i, n) CUDA_KERNEL_LOOP_TYPE(i, n, int)
#define CUDA_1D_KERNEL_LOOP(i, n) CUDA_KERNEL_LOOP_TYPE(i, n, int)
#define CUDA_1D_KERNEL_LOOP_T(i, n, index_type) CUDA_KERNEL_LOOP_TYPE(i, n, index_type)

template <typename T> __device__ __forceinline__ T WARP_SHFL(T x, int lane, int width = 32, unsigned mask = ~0u) {
  return __shfl_sync(mask, x, lane, width);
}
template <typename T> __device__ __forceinline__ T WARP_SHFL_XOR(T x, int lanes, int width = 32, unsigned mask = ~0u) {
  return __shfl_xor_sync(mask, x, lanes, width);
}
template <typename T> __device__ __forceinline__ T WARP_SHFL_UP(T x, unsigned by, int width = 32, unsigned mask = ~0u) {
  return __shfl_up_sync(mask, x, by, width);
}
template <typename T> __device__ __forceinline__ T WARP_SHFL_DOWN(T x, unsigned by, int width = 32, unsigned mask = ~0u) {
  return __shfl_down_sync(mask, x, by, width);
}
__device__ __forceinline__ unsigned WARP_BALLOT(int predicate, unsigned mask = ~0u) {
  return __ballot_sync(mask, predicate);
}

// As torch's extension builds do: with its own 16-bit types around, the native ones have no operators (both would
// match).
#ifdef CUDAL1_PRELUDE_TORCH_FLOATS
#define __CUDA_NO_HALF_OPERATORS__
#define __CUDA_NO_HALF_CONVERSIONS__
#define __CUDA_NO_HALF2_OPERATORS__
#define __CUDA_NO_BFLOAT16_OPERATORS__
#define __CUDA_NO_BFLOAT16_CONVERSIONS__
#define __CUDA_NO_BFLOAT162_OPERATORS__
#endif
#ifdef CUDAL1_PRELUDE_HALF
#include <cuda_fp16.h>
#endif
#ifdef CUDAL1_PRELUDE_BFLOAT16
#include <cuda_bf16.h>
#endif

namespace c10 {
// A 16-bit float that computes in float; `bits` is the value of torch's own type, so that arrays can be shared. It compares as float.
#define CUDAL1_SMALL_FLOAT(Name, Native, to_float, from_float)                                                   \
  struct alignas(2) Name {                                                                                       \
    unsigned short x;                                                                                            \
    struct from_bits_t {};                                                                                       \
    static __device__ constexpr from_bits_t from_bits() { return {}; }                                           \
    Name() = default;                                                                                            \
    __device__ constexpr Name(unsigned short bits, from_bits_t) : x(bits) {}                                     \
    __device__ __forceinline__ Name(float value) : x(reinterpret_bits(from_float(value))) {}                     \
    __device__ __forceinline__ Name(const Native& value) : x(reinterpret_bits(value)) {}                         \
    __device__ __forceinline__ operator float() const { return to_float(native()); }                             \
    __device__ __forceinline__ operator Native() const { return native(); }                                      \
    __device__ __forceinline__ Native native() const { Native n; memcpy(&n, &x, 2); return n; }                  \
    static __device__ __forceinline__ unsigned short reinterpret_bits(const Native& n) {                         \
      unsigned short bits;                                                                                       \
      memcpy(&bits, &n, 2);                                                                                      \
      return bits;                                                                                               \
    }                                                                                                            \
  };                                                                                                             \
  CUDAL1_SMALL_FLOAT_OPERATOR(Name, +)                                                                           \
  CUDAL1_SMALL_FLOAT_OPERATOR(Name, -)                                                                           \
  CUDAL1_SMALL_FLOAT_OPERATOR(Name, *)                                                                           \
  CUDAL1_SMALL_FLOAT_OPERATOR(Name, /)                                                                           \
  __device__ __forceinline__ Name operator-(const Name& a) { return Name(-float(a)); }
#define CUDAL1_SMALL_FLOAT_OPERATOR(Name, op)                                                                    \
  __device__ __forceinline__ Name operator op(const Name& a, const Name& b) { return Name(float(a) op float(b)); } \
  __device__ __forceinline__ Name& operator op##=(Name& a, const Name& b) { return a = Name(float(a) op float(b)); } \
  __device__ __forceinline__ float& operator op##=(float& a, const Name& b) { return a = a op float(b); }        \
  CUDAL1_SMALL_FLOAT_MIXED(Name, op, float, float)                                                               \
  CUDAL1_SMALL_FLOAT_MIXED(Name, op, double, double)                                                             \
  CUDAL1_SMALL_FLOAT_MIXED(Name, op, int, Name)                                                                  \
  CUDAL1_SMALL_FLOAT_MIXED(Name, op, unsigned, Name)                                                             \
  CUDAL1_SMALL_FLOAT_MIXED(Name, op, long, Name)                                                                 \
  CUDAL1_SMALL_FLOAT_MIXED(Name, op, unsigned long, Name)                                                        \
  CUDAL1_SMALL_FLOAT_MIXED(Name, op, long long, Name)
#define CUDAL1_SMALL_FLOAT_MIXED(Name, op, T, R)                                                                 \
  __device__ __forceinline__ R operator op(const Name& a, T b) { return R(float(a) op static_cast<float_of_##R>(b)); } \
  __device__ __forceinline__ R operator op(T a, const Name& b) { return R(static_cast<float_of_##R>(a) op float(b)); }
typedef float float_of_float;
typedef double float_of_double;
typedef float float_of_Half;
typedef float float_of_BFloat16;
#if defined(CUDAL1_PRELUDE_TORCH_FLOATS) && defined(CUDAL1_PRELUDE_HALF)
CUDAL1_SMALL_FLOAT(Half, __half, __half2float, __float2half_rn)
#endif
#if defined(CUDAL1_PRELUDE_TORCH_FLOATS) && defined(CUDAL1_PRELUDE_BFLOAT16)
CUDAL1_SMALL_FLOAT(BFloat16, __nv_bfloat16, __bfloat162float, __float2bfloat16_rn)
#endif
#undef CUDAL1_SMALL_FLOAT
#undef CUDAL1_SMALL_FLOAT_OPERATOR
#undef CUDAL1_SMALL_FLOAT_MIXED
}  // namespace c10
namespace at { using namespace c10; }
namespace torch { using namespace at; }
