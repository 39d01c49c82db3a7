#include "decode.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <unordered_map>

#include "liveness.h"
#include "path.h"
#include "warp.h"

namespace cudal1::sim {
namespace {

struct SpecialRegister {
  uint32_t unit;
  uint32_t bits;
};

std::optional<SpecialRegister> special_register(std::string_view name) {
  static const std::unordered_map<std::string_view, SpecialRegister> kNames = {
      {"%tid.x", {kTidX, 32}},
      {"%tid.y", {kTidY, 32}},
      {"%tid.z", {kTidZ, 32}},
      {"%ntid.x", {kNtidX, 32}},
      {"%ntid.y", {kNtidY, 32}},
      {"%ntid.z", {kNtidZ, 32}},
      {"%ctaid.x", {kCtaX, 32}},
      {"%ctaid.y", {kCtaY, 32}},
      {"%ctaid.z", {kCtaZ, 32}},
      {"%nctaid.x", {kNctaX, 32}},
      {"%nctaid.y", {kNctaY, 32}},
      {"%nctaid.z", {kNctaZ, 32}},
      {"%laneid", {kLaneId, 32}},
      {"%warpid", {kWarpId, 32}},
      {"%nwarpid", {kNwarpId, 32}},
      {"%smid", {kSmId, 32}},
      {"%nsmid", {kNsmId, 32}},
      {"%gridid", {kZero, 64}},
      {"%lanemask_eq", {kLaneEq, 32}},
      {"%lanemask_lt", {kLaneLt, 32}},
      {"%lanemask_le", {kLaneLe, 32}},
      {"%lanemask_gt", {kLaneGt, 32}},
      {"%lanemask_ge", {kLaneGe, 32}},
      {"%dynamic_smem_size", {kDynamicShared, 32}},
      {"%total_smem_size", {kTotalShared, 32}},
      {"%cluster_ctarank", {kZero, 32}},
      {"%cluster_nctarank", {kOne, 32}},
      {"%envreg1", {kZero, 32}},
      {"%envreg2", {kZero, 32}},
  };
  const auto found = kNames.find(name);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

uint32_t units_of(Type type) {
  const uint32_t bits = bits_of(type);
  return bits <= 16 ? 1 : bits / 16;
}

// Integer literals are common where floats are meant only as raw bits; float literals convert
// between widths.
uint64_t immediate_bits(const Operand& operand, uint32_t width) {
  const auto raw = uint64_t(operand.value);
  if (operand.kind == OperandKind::kFloat32 && width == 64)
    return std::bit_cast<uint64_t>(double(std::bit_cast<float>(uint32_t(raw))));
  if (operand.kind == OperandKind::kFloat64 && width == 32)
    return std::bit_cast<uint32_t>(float(std::bit_cast<double>(raw)));
  return width == 64 ? raw : raw & ((uint64_t(1) << width) - 1);
}

using Family = Handler (*)(Decoder&);

// add, sub, … exist for several kinds of type.
Handler decode_arithmetic(Decoder& d) {
  for (std::string_view modifier : d.st.modifiers) {
    if (modifier == "f32" || modifier == "f64") return decode_float(d);
    if (modifier == "f16" || modifier == "f16x2" || modifier == "bf16" || modifier == "bf16x2")
      return decode_half(d);
  }
  return decode_integer(d);
}
Handler decode_float_function(Decoder& d) {
  if (d.has("approx") || d.has("full")) return decode_special_function(d);
  return decode_arithmetic(d);
}

Family family_of(std::string_view opcode) {
  static const std::unordered_map<std::string_view, Family> kFamilies = {
      {"add", decode_arithmetic},
      {"sub", decode_arithmetic},
      {"mul", decode_arithmetic},
      {"mad", decode_arithmetic},
      {"fma", decode_arithmetic},
      {"div", decode_float_function},
      {"rem", decode_arithmetic},
      {"neg", decode_arithmetic},
      {"abs", decode_arithmetic},
      {"min", decode_arithmetic},
      {"max", decode_arithmetic},
      {"addc", decode_integer},
      {"subc", decode_integer},
      {"madc", decode_integer},
      {"mul24", decode_integer},
      {"mad24", decode_integer},
      {"copysign", decode_float},
      {"sqrt", decode_float_function},
      {"rcp", decode_float_function},
      {"rsqrt", decode_special_function},
      {"ex2", decode_special_function},
      {"lg2", decode_special_function},
      {"sin", decode_special_function},
      {"cos", decode_special_function},
      {"tanh", decode_special_function},
      {"testp", decode_compare},
      {"setp", decode_compare},
      {"set", decode_compare},
      {"selp", decode_compare},
      {"slct", decode_compare},
      {"and", decode_bits},
      {"or", decode_bits},
      {"xor", decode_bits},
      {"not", decode_bits},
      {"cnot", decode_bits},
      {"shl", decode_bits},
      {"shr", decode_bits},
      {"shf", decode_bits},
      {"bfi", decode_bits},
      {"bfe", decode_bits},
      {"prmt", decode_bits},
      {"popc", decode_bits},
      {"clz", decode_bits},
      {"bfind", decode_bits},
      {"brev", decode_bits},
      {"lop3", decode_bits},
      {"sad", decode_bits},
      {"dp4a", decode_bits},
      {"dp2a", decode_bits},
      {"bmsk", decode_bits},
      {"szext", decode_bits},
      {"fns", decode_bits},
      {"mov", decode_move},
      {"cvta", decode_move},
      {"isspacep", decode_move},
      {"mapa", decode_move},
      {"cvt", decode_convert},
      {"ld", decode_memory},
      {"ldu", decode_memory},
      {"st", decode_memory},
      {"prefetch", decode_async},
      {"prefetchu", decode_async},
      {"discard", decode_async},
      {"applypriority", decode_async},
      {"cp", decode_async},
      {"membar", decode_async},
      {"fence", decode_async},
      {"nanosleep", decode_async},
      {"atom", decode_atomic},
      {"red", decode_atomic},
      {"bra", decode_control},
      {"brx", decode_control},
      {"ret", decode_control},
      {"exit", decode_control},
      {"trap", decode_control},
      {"brkpt", decode_control},
      {"call", decode_control},
      {"bar", decode_control},
      {"barrier", decode_control},
      {"pmevent", decode_control},
      {"shfl", decode_warp},
      {"vote", decode_warp},
      {"activemask", decode_warp},
      {"match", decode_warp},
      {"redux", decode_warp},
      {"elect", decode_warp},
      {"mma", decode_matrix},
      {"wmma", decode_matrix},
      {"ldmatrix", decode_matrix},
      {"stmatrix", decode_matrix},
  };
  const auto found = kFamilies.find(opcode);
  return found == kFamilies.end() ? nullptr : found->second;
}

std::string unknown_opcode(std::string_view opcode) {
  const std::string name(opcode);
  if (name == "tex" || name == "tld4" || name == "txq")
    return name + " is not supported: texture instructions are not simulated";
  if (name == "suld" || name == "sust" || name == "sured" || name == "suq")
    return name + " is not supported: surface instructions are not simulated";
  return name + " is not supported";
}

Inst decode_statement(Scope& scope, const Statement& statement) {
  Inst inst;
  try {
    if (statement.guard >= 0) {
      inst.guard = scope.register_slot(statement.guard);
      inst.guard_negated = statement.guard_negated;
    }
    const Family family = family_of(statement.opcode);
    if (!family) throw Unsupported(unknown_opcode(statement.opcode));
    Decoder decoder(scope, statement, inst);
    inst.run = family(decoder);
    if (!inst.run) decoder.refuse();
  } catch (const Unsupported& refused) {
    scope.function.messages.emplace_back(refused.what());
    inst.run = &run_unsupported;
    inst.extra = &scope.function.messages.back();
    if (inst.target == 0) inst.pipe = Pipe::kOther;
  }
  return inst;
}

uint32_t align_up(uint64_t value, uint64_t align) {
  return uint32_t((value + align - 1) / align * align);
}

uint32_t lay_out_params(std::vector<Variable>& variables, uint32_t offset,
                        std::vector<ParamPlace>* places) {
  for (Variable& variable : variables) {
    offset = align_up(offset, variable.align);
    variable.offset = offset;
    if (places) places->push_back({offset, uint32_t(variable.bytes())});
    offset += uint32_t(variable.bytes());
  }
  return offset;
}

void lay_out_function(Function& function, uint32_t shared_base) {
  ParsedFunction& parsed = function.parsed;
  uint32_t params = lay_out_params(parsed.returns, 0, &function.returns);
  params = lay_out_params(parsed.params, params, &function.params);
  function.param_bytes = params;
  uint32_t local = 0, shared = shared_base;
  for (Variable& variable : parsed.locals) {
    uint32_t& top = variable.space == Space::kShared  ? shared
                    : variable.space == Space::kLocal ? local
                                                      : params;
    top = align_up(top, variable.align);
    variable.offset = top;
    top += uint32_t(variable.bytes());
  }
  for (size_t i = 0; function.is_kernel && i < parsed.params.size(); ++i)
    function.kernel_params.push_back({std::string(parsed.params[i].name),
                                      uint32_t(parsed.params[i].offset),
                                      uint32_t(parsed.params[i].bytes())});
  function.area_bytes = params;
  function.local_bytes = align_up(local, 16);
  function.shared_bytes = shared;
}

bool mentions_shared(const Module::Impl& module, const Function& function) {
  const auto is_shared = [&](std::string_view name) {
    return std::any_of(module.parsed.variables.begin(), module.parsed.variables.end(),
                       [&](const Variable& v) {
                         return v.space == Space::kShared && v.count > 0 && v.name == name;
                       });
  };
  for (const Statement& statement : function.parsed.body)
    for (const Operand& operand : statement.operands)
      if ((operand.kind == OperandKind::kSymbol || operand.kind == OperandKind::kAddress) &&
          operand.reg < 0 && !operand.name.empty() && is_shared(operand.name))
        return true;
  return false;
}

uint32_t lay_out_shared(Module::Impl& module) {
  uint32_t top = 0;
  for (Variable& variable : module.parsed.variables) {
    if (variable.space != Space::kShared || variable.count == 0) continue;
    top = align_up(top, variable.align);
    variable.offset = top;
    top += uint32_t(variable.bytes());
  }
  return top;
}

void decode_function(Module::Impl& module, Function& function) {
  Scope scope(module, function);
  for (const Statement& statement : function.parsed.body) {
    function.code.push_back(decode_statement(scope, statement));
    function.statement_of.push_back(uint32_t(function.code.size() - 1));
  }
  // Falling off the end returns.
  Statement end;
  end.opcode = end.text = "ret";
  if (!function.parsed.body.empty()) end.source = function.parsed.body.back().source;
  function.parsed.body.push_back(end);
  function.code.push_back(decode_statement(scope, function.parsed.body.back()));
  function.statement_of.push_back(uint32_t(function.code.size() - 1));
  uint32_t access = 0;
  for (Inst& inst : function.code) inst.access = access++;
  function.accesses = access;
  annotate_paths(function);
  function.register_estimate = estimate_registers(function);
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

std::optional<Scope::Place> Scope::place(std::string_view name, uint32_t scope) {
  const auto constant = [&](uint64_t address, Space space) {
    return Place{immediate(address, 64), 64, 0, space};
  };
  if (const Variable* variable = local(name, scope)) {
    const auto offset = int64_t(variable->offset);
    if (variable->space == Space::kShared) return constant(variable->offset, Space::kShared);
    if (variable->space == Space::kLocal)
      return Place{make_slot(kSpecial, kLocalBase), 32, offset, Space::kLocal};
    return Place{make_slot(kSpecial, kZero), 64, offset, Space::kParam};
  }
  for (const auto* params : {&function.parsed.params, &function.parsed.returns})
    for (const Variable& variable : *params)
      if (variable.name == name)
        return Place{make_slot(kSpecial, kParamBase), 64, int64_t(variable.offset), Space::kParam};
  for (const Variable& variable : module.parsed.variables) {
    if (variable.name != name) continue;
    if (variable.space == Space::kShared) {
      if (variable.count == 0)
        return Place{make_slot(kSpecial, kDynamicBase), 32, 0, Space::kShared};
      return constant(variable.offset, Space::kShared);
    }
    const auto storage = module.storage.find(name);
    if (storage == module.storage.end()) return std::nullopt;
    return constant(uint64_t(storage->second.data()), variable.space);
  }
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

bool Decoder::has(std::string_view modifier) const {
  return std::find(st.modifiers.begin(), st.modifiers.end(), modifier) != st.modifiers.end();
}

Type Decoder::type(size_t index) const {
  for (std::string_view modifier : st.modifiers)
    if (auto type = type_named(modifier); type && index-- == 0) return *type;
  refuse("the type is missing");
}

size_t Decoder::type_count() const {
  return size_t(std::count_if(st.modifiers.begin(), st.modifiers.end(),
                              [](auto m) { return type_named(m).has_value(); }));
}

Type Decoder::last_type() const {
  const size_t count = type_count();
  if (count == 0) refuse("the type is missing");
  return type(count - 1);
}

const Operand& Decoder::operand(size_t index) const {
  if (index >= st.operands.size()) refuse("an operand is missing");
  return st.operands[index];
}

Slot Decoder::in(const Operand& operand, Type type) {
  const uint32_t width = bits_of(type);
  uint32_t bits = width;
  const Slot slot = any(operand, bits, width);
  if (bits != width)
    refuse("operand " + std::string(operand.name) + " has " + std::to_string(bits) + " bits, not " +
           std::to_string(width));
  return slot;
}

Slot Decoder::any(const Operand& operand, uint32_t& bits, uint32_t width) {
  bits = width;
  switch (operand.kind) {
    case OperandKind::kInteger:
    case OperandKind::kFloat32:
    case OperandKind::kFloat64:
      return scope.immediate(immediate_bits(operand, width), width);
    case OperandKind::kRegister: {
      if (operand.reg >= 0) {
        bits = bits_of(scope.function.parsed.registers[size_t(operand.reg)].type);
        return scope.register_slot(operand.reg);
      }
      const auto special = special_register(operand.name);
      if (!special) refuse("unknown register " + std::string(operand.name));
      bits = special->bits;
      return make_slot(kSpecial, special->unit);
    }
    case OperandKind::kSymbol: {
      if (operand.name == "WARP_SZ") return scope.immediate(kLanes, width);
      const auto place = scope.place(operand.name, st.scope);
      if (!place) refuse("unknown name " + std::string(operand.name));
      if (place->base >> 30 != kPool) refuse("this use of " + std::string(operand.name));
      uint64_t value = 0;
      std::copy_n(
          reinterpret_cast<const uint64_t*>(scope.module.pool.data() + (place->base & 0x3fffffff)),
          1, &value);
      return scope.immediate((value + uint64_t(place->offset + operand.value)) &
                                 (width == 64 ? ~uint64_t(0) : (uint64_t(1) << width) - 1),
                             width);
    }
    default:
      refuse("an operand has a form that is not understood");
  }
}

Slot Decoder::out(const Operand& operand, Type type) {
  if (operand.kind == OperandKind::kSink) return make_slot(kSpecial, kSinkUnit);
  if (operand.kind != OperandKind::kRegister || operand.reg < 0)
    refuse("the destination is not a register");
  if (bits_of(scope.function.parsed.registers[size_t(operand.reg)].type) != bits_of(type))
    refuse("the destination " + std::string(operand.name) + " does not have " +
           std::to_string(bits_of(type)) + " bits");
  return scope.register_slot(operand.reg);
}

void Decoder::operands(Type result, Type sources) {
  inst.d = out(0, result);
  if (operand_count() > 1) inst.a = in(1, sources);
  if (operand_count() > 2) inst.b = in(2, sources);
  if (operand_count() > 3) inst.c = in(3, sources);
}

void Decoder::refuse(const std::string& why) const {
  throw Unsupported(std::string(st.text) + " is not supported" + (why.empty() ? "" : ": " + why));
}

const Slot* Decoder::keep(std::vector<Slot> slots) {
  inst.list_size = uint32_t(slots.size());
  scope.function.lists.push_back(std::move(slots));
  return inst.list = scope.function.lists.back().data();
}

std::optional<Space> Decoder::address(const Operand& operand) {
  if (operand.kind != OperandKind::kAddress) refuse("an address is missing");
  inst.imm = operand.value;
  if (operand.reg >= 0) {
    uint32_t bits = 64;
    Operand base = operand;
    base.kind = OperandKind::kRegister;
    inst.a = any(base, bits, 64);
    if (bits != 64 && bits != 32)
      refuse("an address register has " + std::to_string(bits) + " bits");
    if (bits == 32) inst.flags |= kAddress32;
    return std::nullopt;
  }
  if (operand.name.empty()) {
    inst.a = scope.immediate(0, 64);
    return std::nullopt;
  }
  const auto place = scope.place(operand.name, st.scope);
  if (!place) refuse("unknown name " + std::string(operand.name));
  inst.a = place->base;
  inst.imm += place->offset;
  if (place->bits == 32) inst.flags |= kAddress32;
  return place->space;
}

void decode_module(Module::Impl& module) {
  const uint32_t shared = lay_out_shared(module);
  bool device_function_uses_shared = false;
  for (const Function& function : module.functions)
    device_function_uses_shared |= !function.is_kernel && mentions_shared(module, function);
  for (Function& function : module.functions)
    lay_out_function(function,
                     device_function_uses_shared || mentions_shared(module, function) ? shared : 0);
  for (Function& function : module.functions)
    if (function.parsed.has_body) decode_function(module, function);
}

}  // namespace cudal1::sim
