// Members of tensors, lists, options and the rest that are not operators. Argument 0 is the object.
#include "builtin_tables.h"

namespace cudal1::execute {

Builtin find_method_builtin(const std::string& name) {
  static const BuiltinTable kMethods = joined(
      {index_methods(), list_methods(), option_methods(), tensor_methods(), value_methods()});
  return find_in(kMethods, name);
}

}  // namespace cudal1::execute
