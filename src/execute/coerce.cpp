// Initialisation and conversion: what C++ does between a value and a declared type.
#include "host_limits.h"
#include "interpreter.h"
#include "vector_type.h"

namespace cudal1::execute {
namespace {

using Kind = Type::Kind;

[[noreturn]] void cannot(const Type& type, const Value& value, program::SourcePos pos,
                         const char* advice = "") {
  throw HostFailure{"type", "cannot make " + to_string(type) + " from " + describe(value) + advice,
                    pos};
}

const Values* items_of(const Value& value) {
  if (value.is<Vector>()) return value.as<Vector>().items.get();
  if (value.is<Tuple>()) return value.as<Tuple>().items.get();
  return nullptr;
}

uint32_t extent(const Value& value, const Type& type, program::SourcePos pos) {
  if (!value.is<Number>()) cannot(type, value, pos);
  return uint32_t(convert(value.as<Number>(), Num::kU32).i);
}

Value to_dim3(const Type& type, const Value& value, program::SourcePos pos) {
  if (value.is<Dim3>()) return value;
  if (value.is<Number>()) return Dim3{extent(value, type, pos)};
  const Values* items = items_of(value);
  if (!items || items->size() > 3) cannot(type, value, pos);
  Dim3 dim;
  uint32_t* parts[] = {&dim.x, &dim.y, &dim.z};
  for (size_t i = 0; i < items->size(); ++i) *parts[i] = extent((*items)[i], type, pos);
  return dim;
}

Value to_pointer(const Type& type, Value value, program::SourcePos pos) {
  auto pointee = std::make_shared<const Type>(type.args[0]);
  if (value.is<Null>()) return Pointer{nullptr, pointee, nullptr};
  if (value.is<Number>() && !value.as<Number>().floating() && value.as<Number>().i == 0)
    return Pointer{nullptr, pointee, nullptr};
  if (value.is<Vector>()) return Pointer{nullptr, pointee, value.as<Vector>().items};
  if (value.is<Properties>() || value.is<Opaque>() || value.is<std::string>()) return value;
  if (!value.is<Pointer>())
    cannot(type, value, pos, value.is<at::Tensor>() ? "; pass x.data_ptr<T>()" : "");
  value.as<Pointer>().pointee = pointee;
  return value;
}

Value to_vector(const Type& type, const Value& value, program::SourcePos pos) {
  const Type element = type.args.empty() ? Type{} : type.args[0];
  const Values* items = items_of(value);
  Values made;
  if (items)
    for (const Value& item : *items) made.push_back(coerce(element, item, pos));
  else if (type.kind == Kind::kArrayRef && (value.is<Number>() || value.is<at::Tensor>()))
    made.push_back(coerce(element, value, pos));
  else
    cannot(type, value, pos);
  Vector vector = make_vector(std::move(made));
  vector.element = std::make_shared<const Type>(element);
  return vector;
}

Value to_tuple(const Type& type, const Value& value, program::SourcePos pos) {
  const Values* items = items_of(value);
  if (!items || (!type.args.empty() && items->size() != type.args.size())) cannot(type, value, pos);
  auto made = std::make_shared<Values>();
  for (size_t i = 0; i < items->size(); ++i)
    made->push_back(type.args.empty() ? (*items)[i] : coerce(type.args[i], (*items)[i], pos));
  return Tuple{made};
}

bool is_empty_braces(const Value& value) {
  return value.is<Vector>() && value.as<Vector>().items->empty();
}

Value to_options(const Type& type, const Value& value, program::SourcePos pos) {
  if (value.is<c10::TensorOptions>()) return value;
  if (value.is<c10::ScalarType>()) return c10::TensorOptions(value.as<c10::ScalarType>());
  if (value.is<c10::Device>()) return c10::TensorOptions(value.as<c10::Device>());
  if (is_empty_braces(value)) return c10::TensorOptions();
  cannot(type, value, pos);
}

Value to_device(const Type& type, const Value& value, program::SourcePos pos) {
  if (value.is<c10::Device>()) return value;
  if (!value.is<std::string>()) cannot(type, value, pos);
  try {
    return c10::Device(value.as<std::string>());
  } catch (const c10::Error&) {
    cannot(type, value, pos);
  }
}

Value to_number(const Type& type, const Value& value, program::SourcePos pos) {
  if (value.is<Number>()) return convert(value.as<Number>(), type.num);
  if (value.is<Pointer>() && type.num == Num::kBool)
    return Number::boolean(value.as<Pointer>().address || value.as<Pointer>().array);
  if (value.is<c10::ScalarType>())
    return convert(Number::of(int64_t(value.as<c10::ScalarType>())), type.num);
  if (is_empty_braces(value)) return convert(Number::of(0), type.num);
  if (value.is<Vector>() && value.as<Vector>().items->size() == 1)
    return to_number(type, value.as<Vector>().items->front(), pos);
  cannot(type, value, pos, value.is<at::Tensor>() ? "; use .item<T>()" : "");
}

Values fill(const Values& arguments, const Type& element, program::SourcePos pos) {
  const int64_t count = arguments[0].as<Number>().as_int();
  if (count < 0 || count > kMaxItems)
    throw HostFailure{"check", "a vector of " + std::to_string(count) + " elements", pos};
  const Value initial =
      arguments.size() > 1 ? coerce(element, arguments[1], pos) : construct(element, {}, true, pos);
  Values items;
  for (int64_t i = 0; i < count; ++i) items.push_back(deep_copy(initial));
  return items;
}

// std::vector<T> v(n), v(n, value), v(begin, end).
Value construct_vector(const Type& type, const Values& arguments, program::SourcePos pos) {
  const Type element = type.args.empty() ? Type{} : type.args[0];
  if (arguments.size() == 2 && arguments[0].is<Pointer>() && arguments[1].is<Pointer>()) {
    const Pointer &first = arguments[0].as<Pointer>(), &last = arguments[1].as<Pointer>();
    // x.sizes().begin() and x.sizes().end() are of two lists, which are alike.
    if (!first.array || !last.array || first.array->size() != last.array->size())
      cannot(type, arguments[0], pos);
    const auto begin = reinterpret_cast<size_t>(first.address),
               end = reinterpret_cast<size_t>(last.address);
    if (begin > end || end > first.array->size()) cannot(type, arguments[0], pos);
    return to_vector(
        type,
        make_vector(Values(first.array->begin() + long(begin), first.array->begin() + long(end))),
        pos);
  }
  if (type.kind == Kind::kVector && !arguments.empty() && arguments[0].is<Number>())
    return to_vector(type, make_vector(fill(arguments, element, pos)), pos);
  if (arguments.size() == 1) return to_vector(type, arguments[0], pos);
  if (arguments.size() == 2 && arguments[0].is<Pointer>() &&
      arguments[0].as<Pointer>().array) {  // (pointer, count)
    const auto& items = *arguments[0].as<Pointer>().array;
    const auto count = size_t(arguments[1].as<Number>().as_int());
    return to_vector(
        type,
        make_vector(Values(items.begin(), items.begin() + long(std::min(count, items.size())))),
        pos);
  }
  return to_vector(type, make_vector(arguments), pos);
}

}  // namespace

Value coerce(const Type& type, Value value, program::SourcePos pos) {
  switch (type.kind) {
    case Kind::kNumber:
      return to_number(type, value, pos);
    case Kind::kTensor:
      if (value.is<at::Tensor>()) return value;
      if (value.is<Null>() || is_empty_braces(value)) return at::Tensor();
      cannot(type, value, pos);
    case Kind::kPointer:
      return to_pointer(type, std::move(value), pos);
    case Kind::kVector:
    case Kind::kArrayRef:
      if (type.is_reference && value.is<Vector>()) return value;
      return to_vector(type, value, pos);
    case Kind::kOptional:
      if (value.is<Null>() || is_empty_braces(value)) return Null{};
      return type.args.empty() ? value : coerce(type.args[0], std::move(value), pos);
    case Kind::kTuple:
      return to_tuple(type, value, pos);
    case Kind::kDim3:
      return to_dim3(type, value, pos);
    case Kind::kOptions:
      return to_options(type, value, pos);
    case Kind::kDevice:
      return to_device(type, value, pos);
    case Kind::kScalarType:
      if (value.is<c10::ScalarType>()) return value;
      cannot(type, value, pos);
    case Kind::kScalar:
      if (value.is<Number>()) return value;
      cannot(type, value, pos);
    case Kind::kString:
      if (value.is<std::string>()) return value;
      cannot(type, value, pos);
    case Kind::kOpaque:
      if (const auto vector = vector_type_named(type.name); vector && !type.is_reference)
        return construct(type, {std::move(value)}, true, pos);
      [[fallthrough]];
    default:
      return type.is_reference ? value : deep_copy(value);
  }
}

namespace {

// float4 v{a, b, c, d}, float4 v: components that are not given are 0.
Value construct_components(const VectorType& type, const Values& arguments,
                           program::SourcePos pos) {
  const Values* given =
      arguments.size() == 1 && items_of(arguments[0]) ? items_of(arguments[0]) : &arguments;
  if (given->size() > size_t(type.count))
    throw HostFailure{"type",
                      std::to_string(given->size()) + " values for a vector of " +
                          std::to_string(type.count) + " components",
                      pos};
  Values components(size_t(type.count), convert(Number::of(0), type.component));
  const Type element = number_type(type.component);
  for (size_t i = 0; i < given->size(); ++i) components[i] = coerce(element, (*given)[i], pos);
  Vector made = make_vector(std::move(components));
  made.element = std::make_shared<const Type>(element);
  return made;
}

}  // namespace

Value construct(const Type& type, Values arguments, bool braces, program::SourcePos pos) {
  if (type.kind == Kind::kOpaque)
    if (const auto vector = vector_type_named(type.name))
      return construct_components(*vector, arguments, pos);
  if (type.kind == Kind::kVector || type.kind == Kind::kArrayRef) {
    const bool wraps = arguments.size() == 1 && items_of(arguments[0]) &&
                       (type.args.empty() || type.args[0].kind != Kind::kVector);
    if (braces && !wraps) return to_vector(type, make_vector(std::move(arguments)), pos);
    if (arguments.empty()) return to_vector(type, make_vector({}), pos);
    return construct_vector(type, arguments, pos);
  }
  if (arguments.empty()) {
    switch (type.kind) {
      case Kind::kNumber:
        return convert(Number::of(0), type.num);
      case Kind::kTensor:
        return at::Tensor();
      case Kind::kOptional:
        return Null{};
      case Kind::kString:
        return std::string();
      case Kind::kDim3:
        return Dim3{};
      case Kind::kOptions:
        return c10::TensorOptions();
      case Kind::kPointer:
        return Pointer{nullptr, std::make_shared<const Type>(type.args[0]), nullptr};
      case Kind::kProperties:
        return Properties{std::make_shared<DeviceProperties>()};
      case Kind::kStream:
        return Stream{};
      case Kind::kTuple: {
        auto items = std::make_shared<Values>();
        for (const Type& member : type.args) items->push_back(construct(member, {}, true, pos));
        return Tuple{items};
      }
      case Kind::kOpaque:
        return Opaque{type.name};
      default:
        throw HostFailure{"type", "cannot make an empty " + to_string(type), pos};
    }
  }
  if (type.kind == Kind::kOpaque || type.kind == Kind::kStream)
    return arguments.size() == 1 && type.kind == Kind::kStream ? arguments[0]
                                                               : Value(Opaque{type.name});
  if (type.kind == Kind::kDim3 || type.kind == Kind::kTuple)
    return arguments.size() == 1 ? coerce(type, arguments[0], pos)
                                 : coerce(type, make_vector(std::move(arguments)), pos);
  if (type.kind == Kind::kDevice && arguments.size() == 2 && arguments[0].is<c10::Device>())
    return c10::Device(arguments[0].as<c10::Device>().type(),
                       c10::DeviceIndex(arguments[1].as<Number>().as_int()));
  if (arguments.size() != 1)
    throw HostFailure{
        "type",
        to_string(type) + " cannot be made from " + std::to_string(arguments.size()) + " values",
        pos};
  return coerce(type, std::move(arguments[0]), pos);
}

}  // namespace cudal1::execute
