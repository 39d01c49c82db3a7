// <type_traits> and the integer sequences of <utility>.
#ifdef CUDAL1_PRELUDE_STD
namespace std {
using ::size_t;
using ::ptrdiff_t;
using ::int8_t;
using ::int16_t;
using ::int32_t;
using ::int64_t;
using ::uint8_t;
using ::uint16_t;
using ::uint32_t;
using ::uint64_t;
using ::intptr_t;
using ::uintptr_t;
typedef decltype(nullptr) nullptr_t;

template <typename T, T v>
struct integral_constant {
  static constexpr T value = v;
  typedef T value_type;
  typedef integral_constant type;
  __device__ constexpr operator T() const noexcept { return v; }
  __device__ constexpr T operator()() const noexcept { return v; }
};
template <bool b> using bool_constant = integral_constant<bool, b>;
typedef bool_constant<true> true_type;
typedef bool_constant<false> false_type;

template <bool b, typename T = void> struct enable_if {};
template <typename T> struct enable_if<true, T> { typedef T type; };
template <bool b, typename T = void> using enable_if_t = typename enable_if<b, T>::type;
template <bool b, typename T, typename F> struct conditional { typedef T type; };
template <typename T, typename F> struct conditional<false, T, F> { typedef F type; };
template <bool b, typename T, typename F> using conditional_t = typename conditional<b, T, F>::type;
template <typename...> using void_t = void;
template <typename T> struct type_identity { typedef T type; };

template <typename T> struct remove_const { typedef T type; };
template <typename T> struct remove_const<const T> { typedef T type; };
template <typename T> struct remove_volatile { typedef T type; };
template <typename T> struct remove_volatile<volatile T> { typedef T type; };
template <typename T> struct remove_cv { typedef typename remove_volatile<typename remove_const<T>::type>::type type; };
template <typename T> struct remove_reference { typedef T type; };
template <typename T> struct remove_reference<T&> { typedef T type; };
template <typename T> struct remove_reference<T&&> { typedef T type; };
template <typename T> struct remove_pointer { typedef T type; };
template <typename T> struct remove_pointer<T*> { typedef T type; };
template <typename T> struct remove_pointer<T* const> { typedef T type; };
template <typename T> struct remove_extent { typedef T type; };
template <typename T, size_t n> struct remove_extent<T[n]> { typedef T type; };
template <typename T> struct add_pointer { typedef typename remove_reference<T>::type* type; };
template <typename T> struct add_const { typedef const T type; };
template <typename T> struct add_lvalue_reference { typedef T& type; };
template <typename T> struct add_rvalue_reference { typedef T&& type; };
template <typename T> struct remove_cvref { typedef typename remove_cv<typename remove_reference<T>::type>::type type; };
template <typename T> struct decay { typedef typename remove_cvref<T>::type type; };
template <typename T, size_t n> struct decay<T[n]> { typedef T* type; };
template <typename T> using remove_const_t = typename remove_const<T>::type;
template <typename T> using remove_volatile_t = typename remove_volatile<T>::type;
template <typename T> using remove_cv_t = typename remove_cv<T>::type;
template <typename T> using remove_reference_t = typename remove_reference<T>::type;
template <typename T> using remove_pointer_t = typename remove_pointer<T>::type;
template <typename T> using remove_cvref_t = typename remove_cvref<T>::type;
template <typename T> using decay_t = typename decay<T>::type;
template <typename T> using add_pointer_t = typename add_pointer<T>::type;
template <typename T> using add_const_t = typename add_const<T>::type;
template <typename T> T&& declval() noexcept;

template <typename A, typename B> struct is_same : false_type {};
template <typename A> struct is_same<A, A> : true_type {};
template <typename T> struct is_const : false_type {};
template <typename T> struct is_const<const T> : true_type {};
template <typename T> struct is_void : is_same<remove_cv_t<T>, void> {};
template <typename T> struct is_pointer : false_type {};
template <typename T> struct is_pointer<T*> : true_type {};
template <typename T> struct is_pointer<T* const> : true_type {};
template <typename T> struct is_reference : false_type {};
template <typename T> struct is_reference<T&> : true_type {};
template <typename T> struct is_reference<T&&> : true_type {};
template <typename T> struct is_array : false_type {};
template <typename T, size_t n> struct is_array<T[n]> : true_type {};
template <typename T, typename... Others>
struct cudal1_is_one_of : bool_constant<(is_same<T, Others>::value || ...)> {};
template <typename T>
struct is_integral
    : cudal1_is_one_of<remove_cv_t<T>, bool, char, signed char, unsigned char, short, unsigned short, int, unsigned,
                       long, unsigned long, long long, unsigned long long, wchar_t, char16_t, char32_t> {};
template <typename T> struct is_floating_point : cudal1_is_one_of<remove_cv_t<T>, float, double> {};
template <typename T>
struct is_arithmetic : bool_constant<is_integral<T>::value || is_floating_point<T>::value> {};
template <typename T, bool = is_arithmetic<T>::value>
struct cudal1_is_signed : bool_constant<(static_cast<T>(-1) < static_cast<T>(0))> {};
template <typename T> struct cudal1_is_signed<T, false> : false_type {};
template <typename T> struct is_signed : cudal1_is_signed<remove_cv_t<T>> {};
template <typename T> struct is_unsigned : bool_constant<is_arithmetic<T>::value && !is_signed<T>::value> {};
template <typename T> struct is_enum : bool_constant<__is_enum(T)> {};
template <typename T> struct is_class : bool_constant<__is_class(T)> {};
template <typename T> struct is_union : bool_constant<__is_union(T)> {};
template <typename T> struct is_empty : bool_constant<__is_empty(T)> {};
template <typename T> struct is_trivially_copyable : bool_constant<__is_trivially_copyable(T)> {};
template <typename T> struct is_standard_layout : bool_constant<__is_standard_layout(T)> {};
template <typename A, typename B> struct is_base_of : bool_constant<__is_base_of(A, B)> {};
template <typename A, typename B> struct is_convertible : bool_constant<__is_convertible_to(A, B)> {};
template <typename T> struct underlying_type { typedef __underlying_type(T) type; };
template <typename T> using underlying_type_t = typename underlying_type<T>::type;
template <typename... B> struct conjunction : bool_constant<(B::value && ...)> {};
template <typename... B> struct disjunction : bool_constant<(B::value || ...)> {};
template <typename B> struct negation : bool_constant<!B::value> {};
template <typename T> struct make_unsigned { typedef T type; };
template <> struct make_unsigned<char> { typedef unsigned char type; };
template <> struct make_unsigned<signed char> { typedef unsigned char type; };
template <> struct make_unsigned<short> { typedef unsigned short type; };
template <> struct make_unsigned<int> { typedef unsigned type; };
template <> struct make_unsigned<long> { typedef unsigned long type; };
template <> struct make_unsigned<long long> { typedef unsigned long long type; };
template <typename T> struct make_signed { typedef T type; };
template <> struct make_signed<char> { typedef signed char type; };
template <> struct make_signed<unsigned char> { typedef signed char type; };
template <> struct make_signed<unsigned short> { typedef short type; };
template <> struct make_signed<unsigned> { typedef int type; };
template <> struct make_signed<unsigned long> { typedef long type; };
template <> struct make_signed<unsigned long long> { typedef long long type; };
template <typename T> using make_unsigned_t = typename make_unsigned<T>::type;
template <typename T> using make_signed_t = typename make_signed<T>::type;
template <typename... T> struct common_type;
template <typename T> struct common_type<T> { typedef decay_t<T> type; };
template <typename A, typename B>
struct common_type<A, B> { typedef decay_t<decltype(true ? declval<A>() : declval<B>())> type; };
template <typename A, typename B, typename... C>
struct common_type<A, B, C...> { typedef typename common_type<typename common_type<A, B>::type, C...>::type type; };
template <typename... T> using common_type_t = typename common_type<T...>::type;

template <typename A, typename B> inline constexpr bool is_same_v = is_same<A, B>::value;
template <typename T> inline constexpr bool is_const_v = is_const<T>::value;
template <typename T> inline constexpr bool is_void_v = is_void<T>::value;
template <typename T> inline constexpr bool is_pointer_v = is_pointer<T>::value;
template <typename T> inline constexpr bool is_reference_v = is_reference<T>::value;
template <typename T> inline constexpr bool is_array_v = is_array<T>::value;
template <typename T> inline constexpr bool is_integral_v = is_integral<T>::value;
template <typename T> inline constexpr bool is_floating_point_v = is_floating_point<T>::value;
template <typename T> inline constexpr bool is_arithmetic_v = is_arithmetic<T>::value;
template <typename T> inline constexpr bool is_signed_v = is_signed<T>::value;
template <typename T> inline constexpr bool is_unsigned_v = is_unsigned<T>::value;
template <typename T> inline constexpr bool is_enum_v = is_enum<T>::value;
template <typename T> inline constexpr bool is_trivially_copyable_v = is_trivially_copyable<T>::value;
template <typename A, typename B> inline constexpr bool is_base_of_v = is_base_of<A, B>::value;
template <typename A, typename B> inline constexpr bool is_convertible_v = is_convertible<A, B>::value;

template <typename T, T... v> struct integer_sequence {
  static __device__ constexpr size_t size() noexcept { return sizeof...(v); }
};
template <size_t... v> using index_sequence = integer_sequence<size_t, v...>;
// Two halves, the second moved up: depth log2(n).
template <typename A, typename B> struct cudal1_joined;
template <typename T, T... a, T... b>
struct cudal1_joined<integer_sequence<T, a...>, integer_sequence<T, b...>> {
  typedef integer_sequence<T, a..., (T(sizeof...(a)) + b)...> type;
};
template <typename T, size_t n> struct cudal1_counted {
  typedef typename cudal1_joined<typename cudal1_counted<T, n / 2>::type,
                                 typename cudal1_counted<T, n - n / 2>::type>::type type;
};
template <typename T> struct cudal1_counted<T, 0> { typedef integer_sequence<T> type; };
template <typename T> struct cudal1_counted<T, 1> { typedef integer_sequence<T, T(0)> type; };
template <typename T, T n> using make_integer_sequence = typename cudal1_counted<T, size_t(n)>::type;
template <size_t n> using make_index_sequence = make_integer_sequence<size_t, n>;
}  // namespace std
#endif  // CUDAL1_PRELUDE_STD
