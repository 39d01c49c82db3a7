// Calls of ATen operators, checked against the dispatcher's schemas as C++ sees them: arguments in
// schema order, dtype, layout, device and pin_memory as one TensorOptions, output arguments first.
#include <algorithm>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/suggest.h"

namespace cudal1::program {
namespace {

// "Tensor(a!)" → "Tensor", "SymInt[]" → "int[]", "number" → "Scalar", "Optional[int]" → "int?",
// "List[int]" → "int[]".
std::string plain_type(std::string type) {
  for (size_t open = type.find('('); open != std::string::npos; open = type.find('(')) {
    const size_t close = type.find(')', open);
    if (close == std::string::npos) break;
    type.erase(open, close - open + 1);
  }
  const auto unwrap = [&](std::string_view head, const char* suffix) {
    if (!type.starts_with(head) || !type.ends_with("]")) return false;
    type = plain_type(type.substr(head.size(), type.size() - head.size() - 1)) + suffix;
    return true;
  };
  if (unwrap("Optional[", "?") || unwrap("List[", "[]")) return type;
  if (type.starts_with("SymInt")) type = "int" + type.substr(6);
  if (type.starts_with("number")) type = "Scalar" + type.substr(6);
  return type;
}

bool fits(const Operand& operand, std::string type) {
  const Type& given = operand.type;
  if (!given.known()) return true;
  if (given.is(Kind::kVoid) || given.is(Kind::kOut) || given.is(Kind::kKernel)) return false;
  if (type.ends_with("?")) {
    if (given.is(Kind::kNullopt) || (given.is(Kind::kInitList) && given.args.empty())) return true;
    type.pop_back();
    Operand inner = operand;
    if (given.is(Kind::kOptional)) inner.type = given.args.empty() ? unknown() : given.args[0];
    return fits(inner, type);
  }
  if (type.ends_with("]")) {
    const std::string element = type.substr(0, type.find('['));
    if (element == "int") return converts(given, of(Kind::kIntList));
    if (element == "Tensor" || element == "Tensor?") {
      if (given.is(Kind::kTensor)) return true;
      const bool list = given.is(Kind::kVector) || given.is(Kind::kInitList) ||
                        given.is(Kind::kArray) || given.is(Kind::kTuple);
      return list && std::all_of(given.args.begin(), given.args.end(), [](const Type& t) {
               return !t.known() || t.is(Kind::kTensor) || t.is(Kind::kOptional) ||
                      t.is(Kind::kNullopt);
             });
    }
    if (element == "float" || element == "bool" || element == "Scalar") {
      return given.is(Kind::kVector) || given.is(Kind::kInitList) || given.is(Kind::kArray) ||
             given.arithmetic();
    }
    return true;
  }
  if (type == "Tensor")
    return given.is(Kind::kTensor) || (given.is(Kind::kInitList) && given.args.empty());
  if (type == "Scalar") return given.arithmetic() || given.is(Kind::kScalar);
  if (type == "int" || type == "float" || type == "bool")
    return given.arithmetic() || given.is(Kind::kOpaque);
  if (type == "str") return given.is(Kind::kString) || given.is(Kind::kPointer);
  if (type == "ScalarType") return given.is(Kind::kDtype);
  if (type == "Device") return given.is(Kind::kDevice) || given.is(Kind::kString);
  if (type == "Layout" || type == "MemoryFormat" || type == "Generator")
    return given.is(Kind::kOpaque);
  if (type == "Options") return converts(given, of(Kind::kOptions));
  return true;
}

Type result_type(const std::string& written) {
  const std::string type = plain_type(written);
  if (type == "Tensor") return of(Kind::kTensor);
  if (type == "Tensor[]") return wrap(Kind::kVector, {of(Kind::kTensor)});
  if (type == "Scalar") return of(Kind::kScalar);
  if (type == "int") return int_type();
  if (type == "float") return arithmetic(Kind::kFloat, "double");
  if (type == "bool") return arithmetic(Kind::kBool, "bool");
  if (type == "ScalarType") return of(Kind::kDtype);
  return unknown();
}

Type result_type(const OperatorSchema& schema) {
  if (schema.returns.empty()) return of(Kind::kVoid);
  if (schema.returns.size() == 1) return result_type(schema.returns[0]);
  std::vector<Type> types;
  for (const std::string& type : schema.returns) types.push_back(result_type(type));
  return wrap(Kind::kTuple, std::move(types));
}

bool is_out(const OperatorSchema& schema) {
  return schema.overload == "out" || schema.overload.ends_with("_out");
}

struct Parameter {
  std::string name, type;
  bool has_default;
};

// `merged`: with TensorOptions in place of the four arguments.
std::vector<Parameter> cpp_parameters(const OperatorSchema& schema, bool out_first, bool merged) {
  std::vector<Parameter> outs, others;
  for (size_t at = 0; at < schema.args.size(); ++at) {
    const OperatorArg& arg = schema.args[at];
    const bool options = merged && arg.name == "dtype" && at + 3 < schema.args.size() &&
                         schema.args[at + 1].name == "layout" &&
                         schema.args[at + 3].name == "pin_memory";
    if (options) {
      others.push_back({"options", "Options", arg.has_default});
      at += 3;
      continue;
    }
    const bool out = out_first && arg.keyword_only && !arg.has_default &&
                     plain_type(arg.type).starts_with("Tensor");
    (out ? outs : others).push_back({arg.name, plain_type(arg.type), arg.has_default});
  }
  outs.insert(outs.end(), others.begin(), others.end());
  return outs;
}

struct Match {
  bool count = false;  // the number of arguments fits
  size_t fitting = 0;  // leading arguments that fit
  std::vector<Parameter> parameters;
};

Match match(const std::vector<Parameter>& parameters, const std::vector<Operand>& operands) {
  Match result{false, 0, parameters};
  size_t least = parameters.size();
  while (least > 0 && parameters[least - 1].has_default) --least;
  result.count = operands.size() >= least && operands.size() <= parameters.size();
  while (result.fitting < operands.size() && result.fitting < parameters.size() &&
         fits(operands[result.fitting], parameters[result.fitting].type)) {
    ++result.fitting;
  }
  return result;
}

std::string cpp_name(const std::string& type) {
  if (type.ends_with("?")) return cpp_name(type.substr(0, type.size() - 1)) + " or nothing";
  if (type == "Tensor") return "a torch::Tensor";
  if (type == "Scalar" || type == "float" || type == "int")
    return type == "int" ? "an integer" : "a number";
  if (type == "bool") return "a bool";
  if (type.starts_with("int[")) return "a list of integers";
  if (type.starts_with("Tensor[")) return "a list of tensors";
  if (type == "str") return "a string";
  if (type == "ScalarType") return "a scalar type";
  if (type == "Options") return "torch::TensorOptions";
  if (type == "Device") return "a device";
  return type;
}

}  // namespace

const std::vector<OperatorSchema>* Checker::find_operator(std::string_view name,
                                                          bool& out_first) const {
  out_first = false;
  if (!catalog_) return nullptr;
  if (const auto found = catalog_->operators.find(name); found != catalog_->operators.end())
    return &found->second;
  for (const std::string_view suffix : {"_out", "_outf"}) {
    if (!name.ends_with(suffix)) continue;
    const auto found = catalog_->operators.find(name.substr(0, name.size() - suffix.size()));
    if (found == catalog_->operators.end()) continue;
    out_first = true;
    return &found->second;
  }
  return nullptr;
}

Type Checker::unknown_operator(const std::string& name, const std::string& written, bool method,
                               SourcePos pos) {
  Suggestion suggestion(name);
  for (const auto& [candidate, schemas] : catalog_->operators) {
    if (!candidate.starts_with("_")) suggestion.offer(candidate);
  }
  if (method) offer_methods(of(Kind::kTensor), suggestion);
  const auto best = suggestion.best();
  if (method) {
    if (const std::string hint = python_hint(name); !hint.empty()) {
      return fail(pos, "a torch::Tensor has no method '" + written + "'", hint);
    }
    return fail(pos, "a torch::Tensor has no method '" + written + "'",
                best ? "did you mean '." + *best + "'?" : "");
  }
  const std::string prefix =
      written.ends_with(name) ? written.substr(0, written.size() - name.size()) : "torch::";
  return fail(pos, "'" + written + "' is no ATen operator",
              best ? "did you mean '" + prefix + *best + "'?" : "");
}

Type Checker::call_operator(const std::string& name, const std::string& written,
                            const std::vector<Operand>& operands, const std::vector<ExprPtr>& args,
                            bool method, SourcePos pos) {
  if (!catalog_) return unknown();
  const std::string shown = method ? "." + written : written;
  if (const auto refused = catalog_->refused.find(name); refused != catalog_->refused.end()) {
    return fail(pos, "the operator '" + shown + "' is refused: " + refused->second);
  }
  bool out_first = false;
  const auto* schemas = find_operator(name, out_first);
  if (!schemas) return unknown_operator(name, written, method, pos);
  std::vector<Operand> all;
  if (method) all.push_back({of(Kind::kTensor), true, false, std::nullopt});
  all.insert(all.end(), operands.begin(), operands.end());
  std::optional<Match> best;
  size_t least = SIZE_MAX, most = 0;
  for (const OperatorSchema& schema : *schemas) {
    if (is_out(schema) != out_first) continue;
    for (const bool merged : {true, false}) {
      const auto parameters = cpp_parameters(schema, out_first && !name.ends_with("_outf"), merged);
      const bool is_method =
          !parameters.empty() && (parameters[0].type == "Tensor" && parameters[0].name == "self");
      if (method && !is_method) continue;
      Match found = match(parameters, all);
      size_t required = parameters.size();
      while (required > 0 && parameters[required - 1].has_default) --required;
      least = std::min(least, required);
      most = std::max(most, parameters.size());
      if (found.count && found.fitting == all.size()) return result_type(schema);
      const bool better =
          !best || std::pair(found.count, found.fitting) > std::pair(best->count, best->fitting);
      if (better) best = std::move(found);
    }
  }
  if (!best) {
    if (method)
      return fail(pos, "a torch::Tensor has no method '" + written + "'",
                  "the function torch::" + name + "(...)");
    return unknown_operator(name, written, method, pos);
  }
  if (!best->count) {
    const size_t self = method ? 1 : 0;
    const auto& parameters = best->parameters;
    // Python's x.view(a, b)
    const bool list = parameters.size() == self + 1 && parameters[self].type.starts_with("int[") &&
                      operands.size() > 1 &&
                      std::all_of(operands.begin(), operands.end(),
                                  [](const Operand& o) { return o.type.is(Kind::kInt); });
    if (list) {
      return fail(pos,
                  "'" + shown + "' takes one list of integers, this call gives " +
                      std::to_string(operands.size()) + " numbers",
                  shown + "({a, b}) with braces");
    }
    check_count("'" + shown + "'", operands.size(), static_cast<int>(least - self),
                static_cast<int>(most - self), pos);
    // Fits no single overload although the number lies between them.
    if (operands.size() >= least - self && operands.size() <= most - self) {
      report(pos, "no form of '" + shown + "' takes these " + std::to_string(operands.size()) +
                      " arguments");
    }
    return unknown();
  }
  const size_t wrong = best->fitting - (method ? 1 : 0);
  const Parameter& parameter = best->parameters[best->fitting];
  return fail(args[wrong]->pos, "'" + shown + "' takes " + cpp_name(parameter.type) + " as '" +
                                    parameter.name + "', this is " +
                                    with_article(operands[wrong].type));
}

}  // namespace cudal1::program
