// Limits, accumulation types, atomics and tensor accessors as torch gives them to device code.
#ifdef CUDAL1_PRELUDE_TORCH
namespace std {
#define CUDAL1_SMALL_FLOAT_LIMITS(T, low, high, eps, tiny, inf, nan, bits)                                       \
  template <> struct numeric_limits<T> {                                                                         \
    static constexpr bool is_specialized = true, is_integer = false, is_exact = false, is_signed = true;         \
    static constexpr bool has_infinity = true, has_quiet_NaN = true;                                             \
    static constexpr int digits = bits, radix = 2;                                                               \
    static __device__ constexpr T min() { return T(low, T::from_bits()); }                                       \
    static __device__ constexpr T lowest() { return T(0x8000 | high, T::from_bits()); }                          \
    static __device__ constexpr T max() { return T(high, T::from_bits()); }                                      \
    static __device__ constexpr T epsilon() { return T(eps, T::from_bits()); }                                   \
    static __device__ constexpr T denorm_min() { return T(tiny, T::from_bits()); }                               \
    static __device__ constexpr T infinity() { return T(inf, T::from_bits()); }                                  \
    static __device__ constexpr T quiet_NaN() { return T(nan, T::from_bits()); }                                 \
  };
#if defined(CUDAL1_PRELUDE_TORCH_FLOATS) && defined(CUDAL1_PRELUDE_HALF)
CUDAL1_SMALL_FLOAT_LIMITS(c10::Half, 0x0400, 0x7bff, 0x1400, 0x0001, 0x7c00, 0x7e00, 11)
__device__ __forceinline__ c10::Half abs(c10::Half a) { return c10::Half(fabsf(a)); }
__device__ __forceinline__ bool isnan(c10::Half a) { return ::isnan(float(a)); }
__device__ __forceinline__ bool isinf(c10::Half a) { return ::isinf(float(a)); }
#endif
#if defined(CUDAL1_PRELUDE_TORCH_FLOATS) && defined(CUDAL1_PRELUDE_BFLOAT16)
CUDAL1_SMALL_FLOAT_LIMITS(c10::BFloat16, 0x0080, 0x7f7f, 0x3c00, 0x0001, 0x7f80, 0x7fc0, 8)
__device__ __forceinline__ c10::BFloat16 abs(c10::BFloat16 a) { return c10::BFloat16(fabsf(a)); }
__device__ __forceinline__ bool isnan(c10::BFloat16 a) { return ::isnan(float(a)); }
__device__ __forceinline__ bool isinf(c10::BFloat16 a) { return ::isinf(float(a)); }
#endif
#undef CUDAL1_SMALL_FLOAT_LIMITS
}  // namespace std

namespace at {
template <typename T> struct numeric_limits : std::numeric_limits<T> {
  static __device__ constexpr T lower_bound() {
    if constexpr (std::numeric_limits<T>::has_infinity) return -std::numeric_limits<T>::infinity();
    else return std::numeric_limits<T>::lowest();
  }
  static __device__ constexpr T upper_bound() {
    if constexpr (std::numeric_limits<T>::has_infinity) return std::numeric_limits<T>::infinity();
    else return std::numeric_limits<T>::max();
  }
};
// What sums of T are kept in on the device, and what arithmetic on T is done in.
template <typename T> struct opmath { typedef T type; };
template <typename T> struct accumulate {
  typedef std::conditional_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int64_t, T> type;
};
#if defined(CUDAL1_PRELUDE_TORCH_FLOATS) && defined(CUDAL1_PRELUDE_HALF)
template <> struct opmath<c10::Half> { typedef float type; };
template <> struct accumulate<c10::Half> { typedef float type; };
#endif
#ifdef CUDAL1_PRELUDE_HALF
template <> struct opmath<__half> { typedef float type; };
template <> struct accumulate<__half> { typedef float type; };
#endif
#if defined(CUDAL1_PRELUDE_TORCH_FLOATS) && defined(CUDAL1_PRELUDE_BFLOAT16)
template <> struct opmath<c10::BFloat16> { typedef float type; };
template <> struct accumulate<c10::BFloat16> { typedef float type; };
#endif
#ifdef CUDAL1_PRELUDE_BFLOAT16
template <> struct opmath<__nv_bfloat16> { typedef float type; };
template <> struct accumulate<__nv_bfloat16> { typedef float type; };
#endif
template <typename T> struct OpMathType { typedef typename opmath<T>::type type; };
template <typename T> using opmath_type = typename opmath<T>::type;
template <typename T, bool is_cuda = true> using acc_type = typename accumulate<T>::type;
}  // namespace at

#if defined(CUDAL1_PRELUDE_TORCH_FLOATS) && defined(CUDAL1_PRELUDE_HALF)
__device__ __forceinline__ c10::Half atomicAdd(c10::Half* address, c10::Half value) {
  return atomicAdd(reinterpret_cast<__half*>(address), value.native());
}
#endif
#if defined(CUDAL1_PRELUDE_TORCH_FLOATS) && defined(CUDAL1_PRELUDE_BFLOAT16)
__device__ __forceinline__ c10::BFloat16 atomicAdd(c10::BFloat16* address, c10::BFloat16 value) {
  return atomicAdd(reinterpret_cast<__nv_bfloat16*>(address), value.native());
}
#endif
template <typename T> __device__ __forceinline__ T gpuAtomicAdd(T* address, T value) {
  if constexpr (std::is_integral_v<T> && sizeof(T) == 8)
    return atomicAdd(reinterpret_cast<unsigned long long*>(address), static_cast<unsigned long long>(value));
  else
    return atomicAdd(address, value);
}
template <typename T> __device__ __forceinline__ void gpuAtomicAddNoReturn(T* address, T value) {
  gpuAtomicAdd(address, value);
}
namespace at { namespace native { using ::gpuAtomicAdd; using ::gpuAtomicAddNoReturn; } }
namespace c10 { namespace cuda { namespace compat {
using ::abs; using ::exp; using ::log; using ::log1p; using ::sqrt; using ::rsqrt; using ::tanh; using ::pow;
using ::max; using ::min; using ::ceil; using ::floor; using ::round; using ::erf; using ::copysign;
} } }

#ifdef CUDAL1_PRELUDE_ACCESSOR
namespace at {
template <typename T> struct DefaultPtrTraits { typedef T* PtrType; };
template <typename T> struct RestrictPtrTraits { typedef T* __restrict__ PtrType; };

// A view of the last n dimensions; sizes and strides (in elements) live with its packed accessor.
template <typename T, size_t n, template <typename> class Traits = DefaultPtrTraits, typename index_t = int64_t>
class TensorAccessor {
 public:
  typedef typename Traits<T>::PtrType PtrType;
  __device__ __forceinline__ TensorAccessor(PtrType data, const index_t* sizes, const index_t* strides)
      : data_(data), sizes_(sizes), strides_(strides) {}
  __device__ __forceinline__ decltype(auto) operator[](index_t i) const {
    if constexpr (n == 1) return static_cast<T&>(data_[strides_[0] * i]);
    else return TensorAccessor<T, n - 1, Traits, index_t>(data_ + strides_[0] * i, sizes_ + 1, strides_ + 1);
  }
  __device__ __forceinline__ index_t size(index_t i) const { return sizes_[i]; }
  __device__ __forceinline__ index_t stride(index_t i) const { return strides_[i]; }
  __device__ __forceinline__ PtrType data() const { return data_; }

 private:
  PtrType data_;
  const index_t* sizes_;
  const index_t* strides_;
};

// Passed to kernels by value; the layout is torch's: pointer, n sizes, n strides.
template <typename T, size_t n, template <typename> class Traits = DefaultPtrTraits, typename index_t = int64_t>
class GenericPackedTensorAccessor {
 public:
  typedef typename Traits<T>::PtrType PtrType;
  __device__ __forceinline__ decltype(auto) operator[](index_t i) const {
    if constexpr (n == 1) return static_cast<T&>(data_[strides_[0] * i]);
    else return TensorAccessor<T, n - 1, Traits, index_t>(data_ + strides_[0] * i, sizes_ + 1, strides_ + 1);
  }
  __device__ __forceinline__ index_t size(index_t i) const { return sizes_[i]; }
  __device__ __forceinline__ index_t stride(index_t i) const { return strides_[i]; }
  __device__ __forceinline__ PtrType data() const { return data_; }

 private:
  PtrType data_;
  index_t sizes_[n];
  index_t strides_[n];
};
template <typename T, size_t n, template <typename> class Traits = DefaultPtrTraits>
using PackedTensorAccessor32 = GenericPackedTensorAccessor<T, n, Traits, int32_t>;
template <typename T, size_t n, template <typename> class Traits = DefaultPtrTraits>
using PackedTensorAccessor64 = GenericPackedTensorAccessor<T, n, Traits, int64_t>;
template <typename T, size_t n, template <typename> class Traits = DefaultPtrTraits, typename index_t = int64_t>
using PackedTensorAccessor = GenericPackedTensorAccessor<T, n, Traits, index_t>;
}  // namespace at
#endif
#endif  // CUDAL1_PRELUDE_TORCH
