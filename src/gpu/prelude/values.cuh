// <limits>, <algorithm>, <utility>, <array>, <functional>, <cmath>.
#ifdef CUDAL1_PRELUDE_STD
namespace std {
template <typename T> struct numeric_limits { static constexpr bool is_specialized = false; };
template <typename T> struct numeric_limits<const T> : numeric_limits<T> {};
#define CUDAL1_INTEGER_LIMITS(T, low, high, bits)                              \
  template <> struct numeric_limits<T> {                                       \
    static constexpr bool is_specialized = true, is_integer = true, is_exact = true, is_signed = static_cast<T>(-1) < static_cast<T>(0); \
    static constexpr bool has_infinity = false, has_quiet_NaN = false;         \
    static constexpr int digits = bits, digits10 = bits * 3 / 10, radix = 2;   \
    static __device__ constexpr T min() noexcept { return low; }               \
    static __device__ constexpr T lowest() noexcept { return low; }            \
    static __device__ constexpr T max() noexcept { return high; }              \
    static __device__ constexpr T epsilon() noexcept { return 0; }             \
    static __device__ constexpr T infinity() noexcept { return 0; }            \
    static __device__ constexpr T quiet_NaN() noexcept { return 0; }           \
  };
CUDAL1_INTEGER_LIMITS(bool, false, true, 1)
CUDAL1_INTEGER_LIMITS(char, -128, 127, 7)
CUDAL1_INTEGER_LIMITS(signed char, -128, 127, 7)
CUDAL1_INTEGER_LIMITS(unsigned char, 0, 255, 8)
CUDAL1_INTEGER_LIMITS(short, -32768, 32767, 15)
CUDAL1_INTEGER_LIMITS(unsigned short, 0, 65535, 16)
CUDAL1_INTEGER_LIMITS(int, -2147483647 - 1, 2147483647, 31)
CUDAL1_INTEGER_LIMITS(unsigned, 0, 4294967295U, 32)
CUDAL1_INTEGER_LIMITS(long, -9223372036854775807L - 1, 9223372036854775807L, 63)
CUDAL1_INTEGER_LIMITS(unsigned long, 0, 18446744073709551615UL, 64)
CUDAL1_INTEGER_LIMITS(long long, -9223372036854775807LL - 1, 9223372036854775807LL, 63)
CUDAL1_INTEGER_LIMITS(unsigned long long, 0, 18446744073709551615ULL, 64)
#undef CUDAL1_INTEGER_LIMITS
#define CUDAL1_REAL_LIMITS(T, low, high, eps, tiny, inf, nan, bits, decimals)    \
  template <> struct numeric_limits<T> {                                         \
    static constexpr bool is_specialized = true, is_integer = false, is_exact = false, is_signed = true; \
    static constexpr bool has_infinity = true, has_quiet_NaN = true, is_iec559 = true; \
    static constexpr int digits = bits, digits10 = decimals, radix = 2;          \
    static __device__ constexpr T min() noexcept { return low; }                 \
    static __device__ constexpr T lowest() noexcept { return -high; }            \
    static __device__ constexpr T max() noexcept { return high; }                \
    static __device__ constexpr T epsilon() noexcept { return eps; }             \
    static __device__ constexpr T denorm_min() noexcept { return tiny; }         \
    static __device__ constexpr T round_error() noexcept { return T(0.5); }      \
    static __device__ constexpr T infinity() noexcept { return inf; }            \
    static __device__ constexpr T quiet_NaN() noexcept { return nan; }           \
    static __device__ constexpr T signaling_NaN() noexcept { return nan; }       \
  };
CUDAL1_REAL_LIMITS(float, 1.17549435082228750796873653722224568e-38F, 3.40282346638528859811704183484516925e+38F,
                   1.1920928955078125e-7F, 1.40129846432481707092372958328991613e-45F, INFINITY,
                   NAN, 24, 6)
CUDAL1_REAL_LIMITS(double, 2.22507385850720138309023271733240406e-308, 1.79769313486231570814527423731704357e+308,
                   2.22044604925031308084726333618164062e-16, 4.94065645841246544176568792868221372e-324,
                   HUGE_VAL, __builtin_bit_cast(double, 0x7ff8000000000000ull), 53, 15)
#undef CUDAL1_REAL_LIMITS

template <typename T> __device__ constexpr const T& max(const T& a, const T& b) { return a < b ? b : a; }
template <typename T> __device__ constexpr const T& min(const T& a, const T& b) { return b < a ? b : a; }
template <typename T, typename Less>
__device__ constexpr const T& max(const T& a, const T& b, Less less) { return less(a, b) ? b : a; }
template <typename T, typename Less>
__device__ constexpr const T& min(const T& a, const T& b, Less less) { return less(b, a) ? b : a; }
template <typename T> __device__ constexpr T max(std::initializer_list<T> values) {
  const T* best = values.begin();
  for (const T* i = best + 1; i < values.end(); ++i) if (*best < *i) best = i;
  return *best;
}
template <typename T> __device__ constexpr T min(std::initializer_list<T> values) {
  const T* best = values.begin();
  for (const T* i = best + 1; i < values.end(); ++i) if (*i < *best) best = i;
  return *best;
}
template <typename T> __device__ constexpr const T& clamp(const T& x, const T& low, const T& high) {
  return x < low ? low : high < x ? high : x;
}
template <typename T> __device__ constexpr void swap(T& a, T& b) {
  T kept = static_cast<T&&>(a);
  a = static_cast<T&&>(b);
  b = static_cast<T&&>(kept);
}
template <typename T, typename U = T> __device__ constexpr T exchange(T& place, U&& value) {
  T old = static_cast<T&&>(place);
  place = static_cast<U&&>(value);
  return old;
}
template <typename I, typename T> __device__ constexpr void fill(I first, I last, const T& value) {
  for (; first != last; ++first) *first = value;
}
template <typename I, typename O> __device__ constexpr O copy(I first, I last, O out) {
  for (; first != last; ++first, ++out) *out = *first;
  return out;
}
template <typename A, typename B> struct pair {
  typedef A first_type;
  typedef B second_type;
  A first;
  B second;
};
template <typename A, typename B> pair(A, B) -> pair<A, B>;
template <typename A, typename B> __device__ constexpr pair<decay_t<A>, decay_t<B>> make_pair(A&& a, B&& b) {
  return {static_cast<A&&>(a), static_cast<B&&>(b)};
}
template <typename T, size_t n> struct array {
  typedef T value_type;
  T elements_[n ? n : 1];
  __device__ constexpr T& operator[](size_t i) { return elements_[i]; }
  __device__ constexpr const T& operator[](size_t i) const { return elements_[i]; }
  __device__ constexpr T* data() { return elements_; }
  __device__ constexpr const T* data() const { return elements_; }
  __device__ constexpr T* begin() { return elements_; }
  __device__ constexpr const T* begin() const { return elements_; }
  __device__ constexpr T* end() { return elements_ + n; }
  __device__ constexpr const T* end() const { return elements_ + n; }
  __device__ constexpr size_t size() const { return n; }
  __device__ constexpr void fill(const T& value) { for (size_t i = 0; i < n; ++i) elements_[i] = value; }
};
#define CUDAL1_FUNCTOR(name, expression)                                                                         \
  template <typename T = void> struct name {                                                                     \
    __device__ constexpr auto operator()(const T& a, const T& b) const { return expression; }                    \
  };                                                                                                             \
  template <> struct name<void> {                                                                                \
    template <typename A, typename B>                                                                            \
    __device__ constexpr auto operator()(const A& a, const B& b) const { return expression; }                    \
  };
CUDAL1_FUNCTOR(plus, a + b)
CUDAL1_FUNCTOR(minus, a - b)
CUDAL1_FUNCTOR(multiplies, a * b)
CUDAL1_FUNCTOR(divides, a / b)
CUDAL1_FUNCTOR(less, a < b)
CUDAL1_FUNCTOR(greater, a > b)
CUDAL1_FUNCTOR(equal_to, a == b)
#undef CUDAL1_FUNCTOR

using ::abs; using ::fabs; using ::fmod; using ::remainder; using ::fma; using ::fmax; using ::fmin; using ::fdim;
using ::exp; using ::exp2; using ::expm1; using ::log; using ::log2; using ::log10; using ::log1p; using ::pow;
using ::sqrt; using ::cbrt; using ::hypot; using ::sin; using ::cos; using ::tan; using ::asin; using ::acos;
using ::atan; using ::atan2; using ::sinh; using ::cosh; using ::tanh; using ::asinh; using ::acosh; using ::atanh;
using ::erf; using ::erfc; using ::tgamma; using ::lgamma; using ::ceil; using ::floor; using ::trunc;
using ::round; using ::lround; using ::llround; using ::rint; using ::lrint; using ::llrint; using ::nearbyint;
using ::frexp; using ::ldexp; using ::modf; using ::scalbn; using ::scalbln; using ::ilogb; using ::logb;
using ::nextafter; using ::copysign; using ::isnan; using ::isinf; using ::isfinite; using ::signbit;
using ::expf; using ::exp2f; using ::logf; using ::log2f; using ::log10f; using ::powf; using ::sqrtf; using ::sinf;
using ::cosf; using ::tanf; using ::tanhf; using ::erff; using ::fabsf; using ::fmaxf; using ::fminf; using ::fmaf;
using ::floorf; using ::ceilf; using ::roundf; using ::truncf; using ::fmodf;
using ::memcpy; using ::memset; using ::printf;
}  // namespace std
#endif  // CUDAL1_PRELUDE_STD
