// What the parser makes of PTX text: functions of statements, and variables. Names point into the
// text.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "types.h"

namespace cudal1::sim {

struct SourceLine {
  uint32_t file = 0;  // index of .file, 0 when unknown
  int line = 0;
};

enum class OperandKind {
  kRegister,
  kInteger,
  kFloat32,
  kFloat64,
  kAddress,
  kVector,
  kList,
  kSymbol,
  kSink
};

struct Operand {
  OperandKind kind = OperandKind::kSink;
  std::string_view name;  // register, symbol, base of an address
  int reg = -1;           // index into Function::registers; -1: a special register or a symbol
  bool negated = false;   // !%p
  int64_t value = 0;      // bits of an immediate, offset of an address
  int second = -1;        // the q of "p|q", as reg
  std::vector<Operand> elements;
};

struct Statement {
  std::string_view opcode;                  // "ld"
  std::vector<std::string_view> modifiers;  // "global", "v4", "f32"
  std::string_view text;                    // "ld.global.v4.f32"
  std::vector<Operand> operands;
  int guard = -1;  // register
  bool guard_negated = false;
  int line = 0;  // of the PTX text
  uint32_t scope = 0;
  SourceLine source;
};

enum class Space : uint8_t { kGeneric, kGlobal, kConst, kShared, kLocal, kParam };

struct Variable {
  std::string_view name;
  Space space = Space::kGlobal;
  Type type = Type::kNone;
  uint32_t align = 1;
  uint64_t count = 1;  // elements; 0 for an extern array
  bool is_extern = false;
  struct Initialiser {
    uint64_t bits = 0;
    std::string_view symbol;  // address of, plus bits
    int shift = 0;            // of mask forms: byte `shift / 8` of the address
  };
  std::vector<Initialiser> init;
  uint64_t offset = 0;  // in its space, once laid out
  uint32_t scope = 0;   // of the body it is declared in
  uint64_t bytes() const { return count * bytes_of(type); }
};

struct Register {
  Type type = Type::kNone;
};

struct ParsedFunction {
  std::string_view name;
  bool is_kernel = false;
  bool has_body = false;
  std::vector<Variable> returns, params;
  std::vector<Register> registers;
  std::vector<Variable> locals;  // .shared, .local and .param inside the body
  std::vector<Statement> body;
  // label → statement index, by scope; scope_parent[0] is the function itself
  std::vector<std::map<std::string_view, uint32_t>> labels;
  std::vector<uint32_t> scope_parent;
  std::map<std::string_view, std::vector<std::string_view>> branch_targets;
  uint32_t max_threads = 0;
  std::vector<uint32_t> required_threads;  // .reqntid x, y, z
};

struct ParsedModule {
  std::vector<ParsedFunction> functions;
  std::vector<Variable> variables;
  std::map<uint32_t, std::string> files;
};

}  // namespace cudal1::sim
