#include "cudal1/execute/catalog.h"

#include "operators.h"

namespace cudal1::execute {
namespace {

program::OperatorSchema schema_of(const c10::FunctionSchema& schema) {
  program::OperatorSchema made;
  made.overload = schema.overload_name();
  for (const c10::Argument& argument : schema.arguments()) {
    // Lists of a fixed length print as int[2]: formatType would do it for real types only
    std::string type = argument.real_type()->str();
    if (argument.N()) {
      const size_t brackets = type.find("[]");
      if (brackets != std::string::npos) type.insert(brackets + 1, std::to_string(*argument.N()));
    }
    made.args.push_back(
        {argument.name(), type, argument.default_value().has_value(), argument.kwarg_only()});
  }
  for (const c10::Argument& result : schema.returns())
    made.returns.push_back(result.real_type()->str());
  return made;
}

program::OperatorCatalog build() {
  program::OperatorCatalog catalog;
  for (const std::string& name : operator_names()) {
    if (const char* why = refusal(name)) catalog.refused[name] = why;
    auto& schemas = catalog.operators[name];
    for (const c10::OperatorHandle& handle : overloads(name))
      schemas.push_back(schema_of(handle.schema()));
  }
  return catalog;
}

}  // namespace

const program::OperatorCatalog& operator_catalog() {
  static const program::OperatorCatalog built = build();
  return built;
}

}  // namespace cudal1::execute
