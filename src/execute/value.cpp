#include "cudal1/execute/value.h"

#include <sstream>

namespace cudal1::execute {
namespace {

constexpr std::pair<Num, c10::ScalarType> kTypes[] = {
    {Num::kBool, c10::ScalarType::Bool},     {Num::kI8, c10::ScalarType::Char},
    {Num::kU8, c10::ScalarType::Byte},       {Num::kI16, c10::ScalarType::Short},
    {Num::kU16, c10::ScalarType::UInt16},    {Num::kI32, c10::ScalarType::Int},
    {Num::kU32, c10::ScalarType::UInt32},    {Num::kI64, c10::ScalarType::Long},
    {Num::kU64, c10::ScalarType::UInt64},    {Num::kF16, c10::ScalarType::Half},
    {Num::kBF16, c10::ScalarType::BFloat16}, {Num::kF32, c10::ScalarType::Float},
    {Num::kF64, c10::ScalarType::Double}};

std::string describe_tensor(const at::Tensor& tensor) {
  if (!tensor.defined()) return "undefined Tensor";
  std::ostringstream text;
  text << "Tensor " << c10::toString(tensor.scalar_type()) << tensor.sizes();
  return text.str();
}

struct Describe {
  std::string operator()(const Void&) const { return "void"; }
  std::string operator()(const Null&) const { return "null"; }
  std::string operator()(const Number& n) const {
    std::ostringstream text;
    text << cuda_name(n.kind) << ' ';
    if (n.floating())
      text << n.d;
    else
      text << n.i;
    return text.str();
  }
  std::string operator()(const at::Tensor& tensor) const { return describe_tensor(tensor); }
  std::string operator()(const Pointer& p) const {
    return (p.pointee ? to_string(*p.pointee) : "void") + "*";
  }
  std::string operator()(const Vector& v) const {
    return "a list of " + std::to_string(v.items->size());
  }
  std::string operator()(const Tuple& t) const {
    return "a tuple of " + std::to_string(t.items->size());
  }
  std::string operator()(const std::string& text) const { return "\"" + text + "\""; }
  std::string operator()(c10::ScalarType type) const {
    return std::string("dtype ") + c10::toString(type);
  }
  std::string operator()(const c10::Device& device) const { return "device " + device.str(); }
  std::string operator()(const c10::TensorOptions&) const { return "TensorOptions"; }
  std::string operator()(c10::MemoryFormat) const { return "a memory format"; }
  std::string operator()(c10::Layout) const { return "a layout"; }
  std::string operator()(const Dim3&) const { return "dim3"; }
  std::string operator()(const Stream&) const { return "a stream"; }
  std::string operator()(const Properties&) const { return "device properties"; }
  std::string operator()(const Opaque& o) const { return o.name; }
  std::string operator()(const Accessor&) const { return "a packed accessor"; }
  std::string operator()(const Slice&) const { return "a slice"; }
  std::string operator()(const Callable&) const { return "a lambda"; }
};

}  // namespace

std::string describe(const Value& value) {
  return std::visit(Describe{}, static_cast<const Value&>(value));
}

Vector make_vector(Values items) {
  return Vector{std::make_shared<Values>(std::move(items)), nullptr};
}

Value deep_copy(const Value& value) {
  const auto copy = [](const std::shared_ptr<Values>& items) {
    auto made = std::make_shared<Values>();
    made->reserve(items->size());
    for (const Value& item : *items) made->push_back(deep_copy(item));
    return made;
  };
  if (value.is<Vector>()) return Vector{copy(value.as<Vector>().items), value.as<Vector>().element};
  if (value.is<Tuple>()) return Tuple{copy(value.as<Tuple>().items)};
  return value;
}

c10::ScalarType scalar_type_of(Num kind) {
  for (const auto& [num, type] : kTypes)
    if (num == kind) return type;
  return c10::ScalarType::Undefined;
}

std::optional<Num> num_of(c10::ScalarType type) {
  for (const auto& [num, scalar_type] : kTypes)
    if (scalar_type == type) return num;
  return std::nullopt;
}

}  // namespace cudal1::execute
