// Type names of the host side → static types.
#include <algorithm>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/names.h"
#include "program/suggest.h"

namespace cudal1::program {
namespace {

bool is_integer_element(const Type& type) {
  return type.is(Kind::kInt) && canonical_element(type.name) == "int64_t";
}

// Metafunctions and members of types: what they yield depends on a template argument.
bool is_computed(std::string_view name) {
  return name.find('(') != std::string_view::npos || name.find("...") != std::string_view::npos ||
         name == "auto" || name == "decltype" || name.ends_with("::type") ||
         name.ends_with("_type");
}

}  // namespace

// `using namespace`-free spelling: an alias of a namespace is replaced by what it stands for.
std::string Checker::expand_namespace(const std::string& name) const {
  const size_t at = name.find("::");
  if (at == std::string::npos) {
    const bool index = using_indexing_ && (name == "Slice" || name == "None" ||
                                           name == "Ellipsis" || name == "TensorIndex");
    return index ? "torch::indexing::" + name : name;
  }
  const auto found = namespace_aliases_.find(name.substr(0, at));
  return found == namespace_aliases_.end() ? name : found->second + name.substr(at);
}

bool Checker::declared_in_device_code(std::string_view name) const {
  return device_names_.contains(last_component(name)) ||
         device_names_.contains(name.substr(0, name.find("::")));
}

Type Checker::refuse_object(Type type, SourcePos pos) {
  if (type.known() || !device_classes_.contains(last_component(type.name))) return type;
  return fail(pos, "an object of the struct " + type.name + ", which the host side cannot make",
              "variables of its own for each field; a kernel takes them as parameters");
}

Type Checker::resolve(const TypeRef& ref) {
  if (ref.empty()) return unknown();
  Type type = resolve_name(ref);
  for (int level = 0; level < ref.pointers; ++level) {
    const bool is_string = level == 0 && ref.name == "char";
    type = is_string ? of(Kind::kString) : pointer_to(std::move(type), level == 0 && ref.is_const);
  }
  if (ref.pointers == 0) type.is_const = type.is_const || (type.is(Kind::kPointer) && ref.is_const);
  return type;
}

Type Checker::resolve_name(const TypeRef& ref) {
  if (const Type* alias = find_alias(ref.name)) return *alias;
  const std::string name = expand_namespace(ref.name);
  if (const auto refusal = find_refusal(name)) {
    return fail(ref.pos, "'" + ref.name + "' " + refusal->reason, refusal->accepted);
  }
  if (const auto found = find_type_name(name)) return resolve_template(ref, *found);
  return unknown_type_name(ref);
}

Type Checker::resolve_template(const TypeRef& ref, Type head) {
  if (ref.args.empty()) return head;
  switch (head.kind) {
    case Kind::kVector: {
      Type element = argument_type(ref.args[0]);
      const bool view = last_component(ref.name) == "ArrayRef";
      if (view && is_integer_element(element)) return of(Kind::kIntList);
      return wrap(Kind::kVector, {std::move(element)});
    }
    case Kind::kArray:
      return wrap(Kind::kArray, {argument_type(ref.args[0])});
    case Kind::kOptional:
      return wrap(Kind::kOptional, {argument_type(ref.args[0])});
    case Kind::kTuple: {
      for (const TemplateArg& arg : ref.args) head.args.push_back(argument_type(arg));
      return head;
    }
    default:
      return head;
  }
}

Type Checker::argument_type(const TemplateArg& arg) {
  if (!arg.type) return unknown();
  if (find_variable(arg.type->name)) return unknown();  // a constant that reads like a type
  return resolve(*arg.type);
}

std::optional<int64_t> Checker::argument_value(const TemplateArg& arg) {
  if (arg.expr) return check(*arg.expr).value;
  if (!arg.type || arg.type->pointers > 0) return std::nullopt;
  const Variable* variable = find_variable(arg.type->name);
  return variable ? variable->value : std::nullopt;
}

Type Checker::unknown_type_name(const TypeRef& ref) {
  if (lenient_types_ > 0 || is_computed(ref.name) || declared_in_device_code(ref.name))
    return {Kind::kUnknown, ref.name, {}, false};
  const bool qualified = ref.name.find("::") != std::string::npos;
  if (qualified && !strip_torch(ref.name) && !ref.name.starts_with("std::"))
    return {Kind::kUnknown, ref.name, {}, false};
  const std::string plain = std::string(last_component(ref.name));
  Suggestion suggestion(plain);
  for (const std::string& name : type_names()) suggestion.offer(name);
  const std::string prefix = qualified ? ref.name.substr(0, ref.name.size() - plain.size()) : "";
  const auto best = suggestion.best();
  return fail(ref.pos, "unknown type '" + ref.name + "'",
              best ? "did you mean '" + (find_arithmetic(*best) ? "" : prefix) + *best + "'?"
                   : "numbers, torch::Tensor, std::vector, std::array, std::tuple, std::optional, "
                     "std::string, dim3");
}

}  // namespace cudal1::program
