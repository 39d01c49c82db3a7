// What the host language knows beyond the ATen operators: types, constants, functions of std, CUDA
// and torch, and what it refuses with a reason.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "program/types.h"

namespace cudal1::program {

class Suggestion;

struct Refusal {
  std::string reason;    // "own streams …"
  std::string accepted;  // what to write instead
};

// A function with a fixed result. max_args < 0: any number.
struct Builtin {
  const char* name;
  int min_args;
  int max_args;
  Type (*result)();
};

// "torch::nn::functional::relu" → "nn::functional::relu"; null when the name is in none of torch,
// at, c10.
std::optional<std::string> strip_torch(std::string_view name);

// A type name without template arguments, `using namespace` of torch and std taken into account.
// kUnknown is no answer: null means that the name is not known.
std::optional<Type> find_type_name(std::string_view name);
const std::vector<std::string>& type_names();  // for suggestions

std::optional<Type> find_constant(std::string_view name);
const std::vector<std::string>& constant_names();

const Builtin* find_std_function(std::string_view name);   // without std::
const Builtin* find_cuda_function(std::string_view name);  // CUDA runtime
const Builtin* find_torch_function(
    std::string_view name);  // torch/at/c10 without the prefix, not an operator
const Builtin* find_plain_function(
    std::string_view name);  // printf, assert, check macros of torch, std::… by `using`
void offer_functions(std::string_view name, Suggestion& suggestion);

// Types, functions and namespaces that are refused whatever their arguments.
std::optional<Refusal> find_refusal(std::string_view name);

// What a method returns: a fixed type, or one that the object's type `self` decides.
class MethodResult {
 public:
  constexpr MethodResult(Type (*fixed)()) : fixed_(fixed) {}
  constexpr MethodResult(Type (*of_self)(const Type& self)) : of_self_(of_self) {}
  Type operator()(const Type& self) const { return fixed_ ? fixed_() : of_self_(self); }

 private:
  Type (*fixed_)() = nullptr;
  Type (*of_self_)(const Type& self) = nullptr;
};

// Methods of the C++ classes. `self` is the object's type. Null: no such method.
struct Method {
  const char* name;
  int min_args;
  int max_args;
  MethodResult result;
};
const Method* find_method(const Type& self, std::string_view name);
void offer_methods(const Type& self, Suggestion& suggestion);
// Data members (cudaDeviceProp, dim3, float4). Null: no such member.
std::optional<Type> find_field(const Type& self, std::string_view name);
void offer_fields(const Type& self, Suggestion& suggestion);
bool has_known_members(const Type& self);
// What C++ says for a member that only Python's tensors have; empty for others.
std::string python_hint(std::string_view member);

}  // namespace cudal1::program
