#include "ivalue.h"

#include <algorithm>

namespace cudal1::execute {
namespace {

using c10::TypeKind;

const c10::Type& element_of(const c10::Type& type) { return *type.containedType(0); }

bool is_int(TypeKind kind) { return kind == TypeKind::IntType || kind == TypeKind::SymIntType; }

int number_cost(const Number& number, TypeKind kind) {
  const bool boolean = number.kind == Num::kBool;
  switch (kind) {
    case TypeKind::IntType:
    case TypeKind::SymIntType:
      return number.floating() ? 8 : boolean ? 2 : 0;
    case TypeKind::FloatType:
      return number.floating() ? 0 : 2;
    case TypeKind::BoolType:
      return boolean ? 0 : number.floating() ? 9 : 4;
    case TypeKind::NumberType:
      return 1;
    default:
      return -1;
  }
}

int list_cost(const Values& items, const c10::Type& element) {
  int cost = 0;
  for (const Value& item : items) {
    const int one = conversion_cost(item, element);
    if (one < 0) return -1;
    cost = std::max(cost, one);
  }
  return cost;
}

int vector_cost(const Vector& vector, const c10::Type& type) {
  if (type.kind() == TypeKind::ListType) return list_cost(*vector.items, element_of(type));
  return -1;
}

struct Cost {
  const c10::Type& type;
  int operator()(const Number& n) const {
    if (type.kind() == TypeKind::ListType)  // an int where int[1] is wanted
      return is_int(element_of(type).kind()) && !n.floating() ? 3 : -1;
    return number_cost(n, type.kind());
  }
  int operator()(const at::Tensor&) const { return type.kind() == TypeKind::TensorType ? 0 : -1; }
  int operator()(const Vector& v) const { return vector_cost(v, type); }
  int operator()(const std::string&) const {
    return type.kind() == TypeKind::StringType      ? 0
           : type.kind() == TypeKind::DeviceObjType ? 2
                                                    : -1;
  }
  int operator()(c10::ScalarType) const { return type.kind() == TypeKind::ScalarTypeType ? 0 : -1; }
  int operator()(const c10::Device&) const {
    return type.kind() == TypeKind::DeviceObjType ? 0 : -1;
  }
  int operator()(c10::MemoryFormat) const {
    return type.kind() == TypeKind::MemoryFormatType ? 0 : -1;
  }
  int operator()(c10::Layout) const { return type.kind() == TypeKind::LayoutType ? 0 : -1; }
  template <typename Other>
  int operator()(const Other&) const {
    return -1;
  }
};

c10::IValue number_to_ivalue(const Number& number, TypeKind kind) {
  switch (kind) {
    case TypeKind::FloatType:
      return number.as_double();
    case TypeKind::BoolType:
      return number.truthy();
    case TypeKind::NumberType:
      if (number.kind == Num::kBool) return number.truthy();
      if (number.floating()) return number.d;
      return number.i;
    default:
      return number.as_int();
  }
}

c10::IValue list_to_ivalue(const Context& context, const Values& items, const c10::Type& element) {
  if (is_int(element.kind())) {
    c10::List<int64_t> list;
    for (const Value& item : items) list.push_back(item.as<Number>().as_int());
    return list;
  }
  if (element.kind() == TypeKind::TensorType) {
    c10::List<at::Tensor> list;
    for (const Value& item : items) list.push_back(item.as<at::Tensor>());
    return list;
  }
  if (element.kind() == TypeKind::FloatType) {
    c10::List<double> list;
    for (const Value& item : items) list.push_back(item.as<Number>().as_double());
    return list;
  }
  if (element.kind() == TypeKind::BoolType) {
    c10::List<bool> list;
    for (const Value& item : items) list.push_back(item.as<Number>().truthy());
    return list;
  }
  if (element.kind() == TypeKind::OptionalType) {
    c10::List<std::optional<at::Tensor>> optionals;
    for (const Value& item : items)
      optionals.push_back(item.is<at::Tensor>() && item.as<at::Tensor>().defined()
                              ? std::optional<at::Tensor>(item.as<at::Tensor>())
                              : std::nullopt);
    return optionals;
  }
  c10::List<c10::Scalar> scalars;
  for (const Value& item : items) scalars.push_back(to_ivalue(context, item, element).toScalar());
  return scalars;
}

}  // namespace

int conversion_cost(const Value& value, const c10::Type& type) {
  if (type.kind() == TypeKind::OptionalType) {
    if (value.is<Null>()) return 0;
    if (value.is<Vector>() && value.as<Vector>().items->empty() &&
        element_of(type).kind() != TypeKind::ListType)
      return 1;  // {}
    return conversion_cost(value, element_of(type));
  }
  return std::visit(Cost{type}, static_cast<const Value&>(value));
}

c10::IValue to_ivalue(const Context& context, const Value& value, const c10::Type& type) {
  if (type.kind() == TypeKind::OptionalType) {
    const c10::Type& inner = element_of(type);
    const bool braces = value.is<Vector>() && value.as<Vector>().items->empty() &&
                        inner.kind() != TypeKind::ListType;
    const bool undefined = value.is<at::Tensor>() && !value.as<at::Tensor>().defined();
    if (value.is<Null>() || braces || undefined) return {};
    return to_ivalue(context, value, inner);
  }
  if (value.is<Number>()) {
    if (type.kind() == TypeKind::ListType) return c10::List<int64_t>({value.as<Number>().as_int()});
    return number_to_ivalue(value.as<Number>(), type.kind());
  }
  if (value.is<at::Tensor>()) return value.as<at::Tensor>();
  if (value.is<Vector>())
    return list_to_ivalue(context, *value.as<Vector>().items, element_of(type));
  if (value.is<std::string>()) {
    if (type.kind() == TypeKind::DeviceObjType)
      return context.real(c10::Device(value.as<std::string>()));
    return value.as<std::string>();
  }
  if (value.is<c10::ScalarType>()) return int64_t(value.as<c10::ScalarType>());
  if (value.is<c10::Device>()) return context.real(value.as<c10::Device>());
  if (value.is<c10::MemoryFormat>()) return int64_t(value.as<c10::MemoryFormat>());
  return int64_t(value.as<c10::Layout>());
}

Value from_ivalue(const c10::IValue& value) {
  if (value.isTensor()) return value.toTensor();
  if (value.isInt()) return Number::of(value.toInt());
  if (value.isDouble()) return Number::real(value.toDouble());
  if (value.isBool()) return Number::boolean(value.toBool());
  if (value.isString()) return value.toStringRef();
  if (value.isDevice()) return value.toDevice();
  if (value.isList()) {
    Values items;
    for (const c10::IValue& item : value.toListRef()) items.push_back(from_ivalue(item));
    return make_vector(std::move(items));
  }
  if (value.isTuple()) {
    auto items = std::make_shared<Values>();
    for (const c10::IValue& item : value.toTupleRef().elements())
      items->push_back(from_ivalue(item));
    return Tuple{items};
  }
  return Null{};
}

}  // namespace cudal1::execute
