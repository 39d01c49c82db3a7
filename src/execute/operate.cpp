// Operators between values: C++'s on numbers, ATen's on tensors, comparison of everything else.
#include <ATen/ATen.h>

#include "compiler.h"
#include "host_limits.h"
#include "number.h"

namespace cudal1::execute {

using namespace program;

bool truthy(const Value& value, SourcePos pos) {
  if (value.is<Number>()) return value.as<Number>().truthy();
  if (value.is<Null>()) return false;
  if (value.is<Pointer>()) return value.as<Pointer>().address || value.as<Pointer>().array;
  if (value.is<at::Tensor>())
    return true;  // tensors are no conditions in C++: this is an optional that holds one
  throw HostFailure{"type", describe(value) + " is no condition", pos};
}

const char* tensor_operator(BinaryOp op) {
  switch (op) {
    case BinaryOp::kAdd:
      return "add";
    case BinaryOp::kSub:
      return "sub";
    case BinaryOp::kMul:
      return "mul";
    case BinaryOp::kDiv:
      return "div";
    case BinaryOp::kRem:
      return "remainder";
    case BinaryOp::kLess:
      return "lt";
    case BinaryOp::kLessEqual:
      return "le";
    case BinaryOp::kGreater:
      return "gt";
    case BinaryOp::kGreaterEqual:
      return "ge";
    case BinaryOp::kEqual:
      return "eq";
    case BinaryOp::kNotEqual:
      return "ne";
    case BinaryOp::kBitAnd:
      return "bitwise_and";
    case BinaryOp::kBitOr:
      return "bitwise_or";
    case BinaryOp::kBitXor:
      return "bitwise_xor";
    default:
      return nullptr;
  }
}

namespace {

bool same(const Value& a, const Value& b, SourcePos pos);

bool same_items(const Values& a, const Values& b, SourcePos pos) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!same(a[i], b[i], pos)) return false;
  return true;
}

bool is_null_pointer(const Value& value) {
  return value.is<Null>() ||
         (value.is<Pointer>() && !value.as<Pointer>().address && !value.as<Pointer>().array);
}

bool same(const Value& a, const Value& b, SourcePos pos) {
  if (a.is<Number>() && b.is<Number>())
    return arithmetic(BinaryOp::kEqual, a.as<Number>(), b.as<Number>(), pos).truthy();
  if (a.is<Null>() || b.is<Null>()) return is_null_pointer(a) && is_null_pointer(b);
  if (a.index() != b.index()) return false;
  if (a.is<c10::ScalarType>()) return a.as<c10::ScalarType>() == b.as<c10::ScalarType>();
  if (a.is<std::string>()) return a.as<std::string>() == b.as<std::string>();
  if (a.is<Vector>()) return same_items(*a.as<Vector>().items, *b.as<Vector>().items, pos);
  if (a.is<Tuple>()) return same_items(*a.as<Tuple>().items, *b.as<Tuple>().items, pos);
  if (a.is<Pointer>())
    return a.as<Pointer>().address == b.as<Pointer>().address &&
           a.as<Pointer>().array == b.as<Pointer>().array;
  if (a.is<c10::Layout>()) return a.as<c10::Layout>() == b.as<c10::Layout>();
  if (a.is<c10::MemoryFormat>()) return a.as<c10::MemoryFormat>() == b.as<c10::MemoryFormat>();
  if (a.is<c10::Device>()) {
    const c10::Device &x = a.as<c10::Device>(), &y = b.as<c10::Device>();
    return x.type() == y.type() && (x.index() == y.index() || !x.has_index() || !y.has_index());
  }
  throw HostFailure{"type", "cannot compare " + describe(a) + " with " + describe(b), pos};
}

std::string joined(const std::string& left, const std::string& right, SourcePos pos) {
  const size_t size = left.size() + right.size();
  if (size > size_t(kMaxItems))
    throw HostFailure{"check", "a string of " + std::to_string(size) + " characters", pos};
  return left + right;
}

Value offset(const Pointer& pointer, int64_t count, SourcePos pos) {
  Pointer moved = pointer;
  const auto size = pointer.array     ? std::optional<uint32_t>(1)
                    : pointer.pointee ? device_size(*pointer.pointee)
                                      : std::nullopt;
  if (!size)
    throw HostFailure{"type",
                      "arithmetic on " + describe(Value(pointer)) +
                          ": the size of what it points to is not known",
                      pos};
  moved.address += count * int64_t(*size);
  return moved;
}

// A number beside a tensor takes part with the tensor's type, as PyTorch's wrapped numbers do.
Value wrapped(const Number& number) {
  at::Tensor tensor = number.kind == Num::kBool ? at::scalar_tensor(number.truthy(), at::kBool)
                      : number.floating()       ? at::scalar_tensor(number.d, at::kDouble)
                                                : at::scalar_tensor(number.i, at::kLong);
  tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
  return tensor;
}

}  // namespace

Value apply_binary(Context& context, BinaryOp op, const Value& left, const Value& right,
                   OperatorSite* site, SourcePos pos) {
  if (left.is<Number>() && right.is<Number>())
    return arithmetic(op, left.as<Number>(), right.as<Number>(), pos);
  if (left.is<at::Tensor>() || right.is<at::Tensor>()) {
    const char* name = tensor_operator(op);
    if (!name) throw HostFailure{"type", "this operator does not take tensors", pos};
    OperatorSite once(name);
    const Value first = left.is<Number>() ? wrapped(left.as<Number>()) : left;
    return (site ? *site : once).call(context, {first, right}, pos);
  }
  if (left.is<Opaque>() && op == BinaryOp::kShl) return left;  // std::ostringstream
  if (op == BinaryOp::kEqual) return Number::boolean(same(left, right, pos));
  if (op == BinaryOp::kNotEqual) return Number::boolean(!same(left, right, pos));
  if (op == BinaryOp::kAdd && left.is<std::string>() && right.is<std::string>())
    return joined(left.as<std::string>(), right.as<std::string>(), pos);
  if (left.is<Pointer>() && right.is<Number>() && (op == BinaryOp::kAdd || op == BinaryOp::kSub))
    return offset(left.as<Pointer>(), (op == BinaryOp::kAdd ? 1 : -1) * right.as<Number>().as_int(),
                  pos);
  if (left.is<Number>() && right.is<Pointer>() && op == BinaryOp::kAdd)
    return offset(right.as<Pointer>(), left.as<Number>().as_int(), pos);
  if (left.is<Pointer>() && right.is<Pointer>() && op == BinaryOp::kSub && left.as<Pointer>().array)
    return Number::of(left.as<Pointer>().address - right.as<Pointer>().address);
  throw HostFailure{
      "type", "this operator does not take " + describe(left) + " and " + describe(right), pos};
}

}  // namespace cudal1::execute
