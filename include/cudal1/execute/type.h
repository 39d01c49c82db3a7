// Types of the host language at run time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cudal1/program/ast.h"

namespace cudal1::execute {

// Arithmetic types, in order of conversion rank within their class.
enum class Num : uint8_t {
  kBool,
  kI8,
  kU8,
  kI16,
  kU16,
  kI32,
  kU32,
  kI64,
  kU64,
  kF16,
  kBF16,
  kF32,
  kF64
};

bool is_floating(Num kind);
bool is_unsigned(Num kind);
uint32_t size_of(Num kind);          // bytes
const char* cuda_name(Num kind);     // "float", "c10::Half", "int64_t" …
Num usual_arithmetic(Num a, Num b);  // C++'s usual arithmetic conversions

struct Type {
  enum class Kind : uint8_t {
    kAuto,
    kVoid,
    kNumber,
    kTensor,
    kPointer,
    kVector,
    kArrayRef,
    kOptional,
    kTuple,
    kString,
    kScalar,
    kScalarType,
    kDevice,
    kOptions,
    kDim3,
    kStream,
    kMemoryFormat,
    kProperties,
    kAccessor,
    kOpaque,  // known by name alone: guards, float4, structs of the device side
  };
  Kind kind = Kind::kAuto;
  Num num = Num::kI32;     // of kNumber
  std::string name;        // of kOpaque, and as written for messages
  std::vector<Type> args;  // pointee, element, tuple members
  bool is_const = false;
  bool is_reference = false;

  bool operator==(const Type& other) const;
};

Type number_type(Num kind);
std::string to_string(
    const Type& type);  // as CUDA source would spell it: usable in a name expression
// Bytes of an object of this type in device memory; nullopt for types that have no place there.
std::optional<uint32_t> device_size(const Type& type);
// The arithmetic type of that name ("float", "unsigned long long", "int64_t", "at::Half", "__half"
// …).
std::optional<Num> number_named(const std::string& name);

}  // namespace cudal1::execute
