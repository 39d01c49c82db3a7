#include "builtin_tables.h"

#include "cudal1/core/assert.h"

namespace cudal1::execute {

BuiltinTable joined(std::initializer_list<BuiltinTable> tables) {
  BuiltinTable all;
  for (const BuiltinTable& table : tables)
    for (const auto& [name, builtin] : table) {
      const bool added = all.emplace(name, builtin).second;
      CUDAL1_ASSERT(added);
    }
  return all;
}

Builtin find_in(const BuiltinTable& table, const std::string& name) {
  const auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace cudal1::execute
