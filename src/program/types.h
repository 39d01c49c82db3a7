// Static types of the host side, as far as the checker needs them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1::program {

enum class Kind {
  kUnknown,  // anything: dependent on a template parameter, or not modelled. Converts to and from
             // everything.
  kVoid,
  kBool,
  kInt,
  kFloat,
  kString,
  kNull,
  kTensor,
  kScalar,
  kDtype,
  kDevice,
  kOptions,
  kIntList,
  kPointer,
  kVector,
  kArray,
  kTuple,
  kOptional,
  kInitList,
  kNullopt,
  kDim3,
  kStream,
  kError,
  kLambda,
  kKernel,
  kOut,
  kOpaque,  // known by name only: cudaDeviceProp, a guard, float4 …
};

struct Type {
  Kind kind = Kind::kUnknown;
  std::string name;        // arithmetic and opaque types: the spelling; kUnknown: of the template
                           // parameter, if any
  std::vector<Type> args;  // pointee, element, elements
  bool is_const = false;   // of the pointee, for pointers

  bool is(Kind other) const { return kind == other; }
  bool known() const { return kind != Kind::kUnknown; }
  bool arithmetic() const {
    return kind == Kind::kBool || kind == Kind::kInt || kind == Kind::kFloat;
  }
};

Type unknown();
Type of(Kind kind);
Type arithmetic(Kind kind, std::string name);
Type int_type();  // int64_t
Type pointer_to(Type element, bool is_const);
Type wrap(Kind kind, std::vector<Type> args);

std::string to_string(const Type& type);     // "const float*", "std::vector<torch::Tensor>"
std::string with_article(const Type& type);  // "a torch::Tensor"

// One spelling per representation: int64_t, long → "int64_t"; at::Half, __half → "at::Half".
// Unknown names are kept.
std::string canonical_element(std::string_view name);
// The arithmetic type of that spelling, if it is one.
std::optional<Type> find_arithmetic(std::string_view name);

// Implicit conversion, as generous as C++ and the interpreter. Explicit ones are casts.
bool converts(const Type& from, const Type& to);
bool same_element(const Type& a, const Type& b);

// The usual arithmetic conversions; unknown when either is.
Type common_arithmetic(const Type& left, const Type& right);

}  // namespace cudal1::program
