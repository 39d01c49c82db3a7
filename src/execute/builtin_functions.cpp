// Functions of the host language that are not operators: what std, c10 and the CUDA run time offer.
#include "builtin_tables.h"

namespace cudal1::execute {

Builtin find_function_builtin(const std::string& name) {
  static const BuiltinTable kFunctions =
      joined({algorithm_functions(), cuda_functions(), limit_functions(), math_functions(),
              std_functions(), tensor_functions(), type_functions(), vector_type_functions()});
  if (const Builtin found = find_in(kFunctions, torch_spelling(name))) return found;
  const bool qualified = name.find("::") != std::string::npos;
  return qualified ? nullptr : find_in(kFunctions, "std::" + name);
}

}  // namespace cudal1::execute
