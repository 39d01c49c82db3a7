// The promotions of <cmath>: an integer, or a mix of types, is computed in double. NVRTC has only the exact types.
// It is in front of every source, so it does without <type_traits>.
namespace cudal1_detail {
template <typename T> struct Kind { enum : int { value = 0 }; };  // 1 integer, 2 float, 3 double
template <> struct Kind<bool> { enum : int { value = 1 }; };
template <> struct Kind<char> { enum : int { value = 1 }; };
template <> struct Kind<signed char> { enum : int { value = 1 }; };
template <> struct Kind<unsigned char> { enum : int { value = 1 }; };
template <> struct Kind<short> { enum : int { value = 1 }; };
template <> struct Kind<unsigned short> { enum : int { value = 1 }; };
template <> struct Kind<int> { enum : int { value = 1 }; };
template <> struct Kind<unsigned> { enum : int { value = 1 }; };
template <> struct Kind<long> { enum : int { value = 1 }; };
template <> struct Kind<unsigned long> { enum : int { value = 1 }; };
template <> struct Kind<long long> { enum : int { value = 1 }; };
template <> struct Kind<unsigned long long> { enum : int { value = 1 }; };
template <> struct Kind<float> { enum : int { value = 2 }; };
template <> struct Kind<double> { enum : int { value = 3 }; };
template <bool b, typename T> struct If {};
template <typename T> struct If<true, T> { typedef T type; };
template <typename R, typename T> using OfInteger = typename If<Kind<T>::value == 1, R>::type;
// Numbers that are neither all float nor all double.
template <typename A, typename B>
using Mixed = typename If<Kind<A>::value && Kind<B>::value && (Kind<A>::value != Kind<B>::value || Kind<A>::value == 1),
                          double>::type;
template <typename A, typename B, typename C>
using Mixed3 = typename If<Kind<A>::value && Kind<B>::value && Kind<C>::value &&
                               (Kind<A>::value != Kind<B>::value || Kind<B>::value != Kind<C>::value || Kind<A>::value == 1),
                           double>::type;
}  // namespace cudal1_detail
#define CUDAL1_OF_INTEGER(R, name)                                                         \
  template <typename T>                                                                    \
  __device__ __forceinline__ cudal1_detail::OfInteger<R, T> name(T x) {        \
    return name(static_cast<double>(x));                                                   \
  }
CUDAL1_OF_INTEGER(double, acos)
CUDAL1_OF_INTEGER(double, acosh)
CUDAL1_OF_INTEGER(double, asin)
CUDAL1_OF_INTEGER(double, asinh)
CUDAL1_OF_INTEGER(double, atan)
CUDAL1_OF_INTEGER(double, atanh)
CUDAL1_OF_INTEGER(double, cbrt)
CUDAL1_OF_INTEGER(double, ceil)
CUDAL1_OF_INTEGER(double, cos)
CUDAL1_OF_INTEGER(double, cosh)
CUDAL1_OF_INTEGER(double, erf)
CUDAL1_OF_INTEGER(double, erfc)
CUDAL1_OF_INTEGER(double, exp)
CUDAL1_OF_INTEGER(double, exp2)
CUDAL1_OF_INTEGER(double, expm1)
CUDAL1_OF_INTEGER(double, fabs)
CUDAL1_OF_INTEGER(double, floor)
CUDAL1_OF_INTEGER(double, lgamma)
CUDAL1_OF_INTEGER(double, log)
CUDAL1_OF_INTEGER(double, log10)
CUDAL1_OF_INTEGER(double, log1p)
CUDAL1_OF_INTEGER(double, log2)
CUDAL1_OF_INTEGER(double, logb)
CUDAL1_OF_INTEGER(double, nearbyint)
CUDAL1_OF_INTEGER(double, rint)
CUDAL1_OF_INTEGER(double, round)
CUDAL1_OF_INTEGER(double, sin)
CUDAL1_OF_INTEGER(double, sinh)
CUDAL1_OF_INTEGER(double, sqrt)
CUDAL1_OF_INTEGER(double, tan)
CUDAL1_OF_INTEGER(double, tanh)
CUDAL1_OF_INTEGER(double, tgamma)
CUDAL1_OF_INTEGER(double, trunc)
CUDAL1_OF_INTEGER(bool, isnan)
CUDAL1_OF_INTEGER(bool, isinf)
CUDAL1_OF_INTEGER(bool, isfinite)
CUDAL1_OF_INTEGER(bool, signbit)
#undef CUDAL1_OF_INTEGER
#define CUDAL1_OF_MIXED(name)                                                              \
  template <typename A, typename B>                                                        \
  __device__ __forceinline__ cudal1_detail::Mixed<A, B> name(A a, B b) {                   \
    return name(static_cast<double>(a), static_cast<double>(b));                           \
  }
CUDAL1_OF_MIXED(pow)
CUDAL1_OF_MIXED(fmod)
CUDAL1_OF_MIXED(remainder)
CUDAL1_OF_MIXED(fmax)
CUDAL1_OF_MIXED(fmin)
CUDAL1_OF_MIXED(fdim)
CUDAL1_OF_MIXED(atan2)
CUDAL1_OF_MIXED(hypot)
CUDAL1_OF_MIXED(copysign)
CUDAL1_OF_MIXED(nextafter)
#undef CUDAL1_OF_MIXED
template <typename A, typename B, typename C>
__device__ __forceinline__ cudal1_detail::Mixed3<A, B, C> fma(A a, B b, C c) {
  return fma(static_cast<double>(a), static_cast<double>(b), static_cast<double>(c));
}
