// ATen operators through the dispatcher, by schema: every overload, no table of our own.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "context.h"

namespace cudal1::execute {

// Overloads of aten::<name>; empty when there is none.
const std::vector<c10::OperatorHandle>& overloads(const std::string& name);
bool operator_exists(
    const std::string& name);  // also "x_out" for an overload of x with out arguments
// Why an operator may not be called, or null.
const char* refusal(std::string_view name);
std::vector<std::string> operator_names();  // aten, sorted

// One place in a program that calls an operator. Overload resolution is remembered for the kinds of
// arguments seen last, since a place nearly always sees the same ones.
class OperatorSite {
 public:
  explicit OperatorSite(std::string name);
  // Positional arguments as C++ takes them: TensorOptions stand for dtype, layout, device and
  // pin_memory.
  Value call(Context& context, const Values& arguments, program::SourcePos pos);

 private:
  struct Source {  // where a schema argument comes from
    enum Kind : uint8_t { kArgument, kDtype, kLayout, kDevice, kPinned, kDefault } kind;
    uint8_t argument = 0;
  };
  struct Resolution {
    uint64_t signature = 0;
    const c10::OperatorHandle* handle = nullptr;
    std::vector<Source> sources;
    std::vector<c10::IValue> defaults;  // parallel to sources
  };
  void resolve(const Values& arguments, uint64_t signature, program::SourcePos pos);
  static bool match(const c10::FunctionSchema& schema, const Values& arguments, bool out_first,
                    std::vector<Source>& sources, int& cost);

  std::string name_;
  Resolution resolution_;
};

}  // namespace cudal1::execute
