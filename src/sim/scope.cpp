#include "scope.h"

#include <algorithm>
#include <string>

#include "layout.h"
#include "warp.h"

namespace cudal1::sim {
namespace {

uint32_t units_of(Type type) {
  const uint32_t bits = bits_of(type);
  return bits <= 16 ? 1 : bits / 16;
}

}  // namespace

Scope::Scope(Module::Impl& m, Function& f) : module(m), function(f) {
  uint32_t unit = 0;
  for (const Register& reg : f.parsed.registers) {
    const uint32_t units = units_of(reg.type);
    if (units > 1) unit = align_up(unit, 2);
    register_unit.push_back(unit);
    unit += units;
  }
  f.frame_units = unit;
}

Slot Scope::immediate(uint64_t bits, uint32_t width) {
  const auto [entry, is_new] =
      module.pool_index.try_emplace({bits, width}, uint32_t(module.pool.size()));
  if (is_new) {
    module.pool.resize(module.pool.size() + (width <= 16 ? 1 : width / 16));
    auto* bytes = reinterpret_cast<std::byte*>(module.pool.data() + entry->second);
    if (width == 1) *reinterpret_cast<uint32_t*>(bytes) = bits ? kAllLanes : 0;
    for (int lane = 0; width > 1 && lane < kLanes; ++lane)
      std::copy_n(reinterpret_cast<const std::byte*>(&bits), width / 8,
                  bytes + size_t(lane) * width / 8);
  }
  return make_slot(kPool, entry->second);
}

const Variable* Scope::local(std::string_view name, uint32_t scope) const {
  for (uint32_t at = scope;; at = function.parsed.scope_parent[at]) {
    for (const Variable& variable : function.parsed.locals)
      if (variable.scope == at && variable.name == name) return &variable;
    if (at == 0 || function.parsed.scope_parent.empty()) return nullptr;
  }
}

Scope::Place Scope::place_of_local(const Variable& variable) {
  const auto offset = int64_t(variable.offset);
  if (variable.space == Space::kShared) return constant(variable.offset, Space::kShared);
  if (variable.space == Space::kLocal)
    return {make_slot(kSpecial, kLocalBase), 32, offset, Space::kLocal};
  return {make_slot(kSpecial, kZero), 64, offset, Space::kParam};
}

std::optional<Scope::Place> Scope::place_of_global(const Variable& variable) {
  if (variable.space == Space::kShared && variable.count == 0)
    return Place{make_slot(kSpecial, kDynamicBase), 32, 0, Space::kShared};
  if (variable.space == Space::kShared) return constant(variable.offset, Space::kShared);
  const auto storage = module.storage.find(variable.name);
  if (storage == module.storage.end()) return std::nullopt;
  return constant(uint64_t(storage->second.data()), variable.space);
}

std::optional<Scope::Place> Scope::place(std::string_view name, uint32_t scope) {
  if (const Variable* variable = local(name, scope)) return place_of_local(*variable);
  for (const auto* params : {&function.parsed.params, &function.parsed.returns})
    for (const Variable& variable : *params)
      if (variable.name == name)
        return Place{make_slot(kSpecial, kParamBase), 64, int64_t(variable.offset), Space::kParam};
  for (const Variable& variable : module.parsed.variables)
    if (variable.name == name) return place_of_global(variable);
  for (size_t i = 0; i < module.functions.size(); ++i)
    if (module.functions[i].name == name) return constant(kFunctionWindow + i, Space::kGeneric);
  return std::nullopt;
}

uint32_t Scope::label(std::string_view name, uint32_t scope) const {
  for (uint32_t at = scope;; at = function.parsed.scope_parent[at]) {
    const auto found = function.parsed.labels[at].find(name);
    if (found != function.parsed.labels[at].end()) return found->second;
    if (at == 0) throw Unsupported("branch to the unknown label " + std::string(name));
  }
}

}  // namespace cudal1::sim
