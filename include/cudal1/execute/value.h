// Values of the host language.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/Scalar.h>
#include <c10/core/ScalarType.h>
#include <c10/core/TensorOptions.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "cudal1/core/geometry.h"
#include "cudal1/execute/device.h"
#include "cudal1/execute/type.h"
#include "cudal1/program/source.h"

namespace cudal1::execute {

// A host-side failure at a place in the program; thrown inside the interpreter, a value outside.
struct HostFailure {
  std::string
      rule;  // "check", "division_by_zero", "unsupported", "type", "operator", or a DeviceFault's
  std::string message;
  program::SourcePos pos;
  bool lost = false;     // see DeviceFault
  bool compile = false;  // the device side does not compile
  std::string log;
};

struct Number {
  Num kind = Num::kI32;
  union {
    int64_t i = 0;  // all integer kinds, sign- or zero-extended
    double d;       // all floating kinds, rounded to their precision
  };
  static Number of(int64_t value, Num kind = Num::kI64) {
    Number n;
    n.kind = kind;
    n.i = value;
    return n;
  }
  static Number real(double value, Num kind = Num::kF64) {
    Number n;
    n.kind = kind;
    n.d = value;
    return n;
  }
  static Number boolean(bool value) { return of(value, Num::kBool); }
  bool floating() const { return is_floating(kind); }
  double as_double() const {
    return floating() ? d : kind == Num::kU64 ? double(uint64_t(i)) : double(i);
  }
  int64_t as_int() const { return floating() ? int64_t(d) : i; }
  bool truthy() const { return floating() ? d != 0 : i != 0; }
};
Number convert(Number value, Num kind);  // C++ conversion: wraps, truncates, rounds

class Value;
using Values = std::vector<Value>;

struct Void {};
struct Null {};   // nullptr, std::nullopt, an empty optional
struct Pointer {  // raw pointer into a tensor's memory, or null
  std::byte* address = nullptr;
  std::shared_ptr<const Type> pointee;
  std::shared_ptr<Values> array;  // set instead of address: into a host array or vector
};
struct Vector {  // std::vector, initializer list, host array, sizes(): shared until copied
  std::shared_ptr<Values> items;
  std::shared_ptr<const Type> element;  // may be null: as the items are
};
struct Tuple {
  std::shared_ptr<Values> items;
};
struct Stream {};
struct Properties {
  std::shared_ptr<DeviceProperties> value;
};
struct Opaque {
  std::string name;
};  // guards and other things without effect
struct Accessor {
  at::Tensor tensor;
  bool index64 = false;
};  // packed_accessor32 / 64
struct Slice {
  std::optional<int64_t> start, stop, step;
};  // torch::indexing::Slice
struct Callable {
  std::shared_ptr<void> lambda;
};  // a lambda of the enclosing function

class Value : public std::variant<Void, Null, Number, at::Tensor, Pointer, Vector, Tuple,
                                  std::string, c10::ScalarType, c10::Device, c10::TensorOptions,
                                  c10::MemoryFormat, c10::Layout, Dim3, Stream, Properties, Opaque,
                                  Accessor, Slice, Callable> {
 public:
  using variant::variant;
  template <typename T>
  bool is() const {
    return std::holds_alternative<T>(*this);
  }
  template <typename T>
  T& as() {
    return std::get<T>(*this);
  }
  template <typename T>
  const T& as() const {
    return std::get<T>(*this);
  }
};

std::string describe(const Value& value);  // for messages: "Tensor float[3, 4] cuda", "int 5"
Vector make_vector(Values items);
Value deep_copy(const Value& value);  // vectors and tuples are values in C++
c10::ScalarType scalar_type_of(Num kind);
std::optional<Num> num_of(c10::ScalarType type);

}  // namespace cudal1::execute
