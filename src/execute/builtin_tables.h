// Builtin functions and methods by subject: function_*.cpp and method_*.cpp.
#pragma once

#include <initializer_list>
#include <string>
#include <unordered_map>

#include "interpreter.h"

namespace cudal1::execute {

using BuiltinTable = std::unordered_map<std::string, Builtin>;

BuiltinTable algorithm_functions();
BuiltinTable cuda_functions();
BuiltinTable limit_functions();
BuiltinTable math_functions();
BuiltinTable std_functions();
BuiltinTable tensor_functions();
BuiltinTable type_functions();
BuiltinTable vector_type_functions();

BuiltinTable index_methods();
BuiltinTable list_methods();
BuiltinTable option_methods();
BuiltinTable tensor_methods();
BuiltinTable value_methods();

// One table of all; a name stands in one of them only.
BuiltinTable joined(std::initializer_list<BuiltinTable> tables);
// Null when unknown.
Builtin find_in(const BuiltinTable& table, const std::string& name);

}  // namespace cudal1::execute
