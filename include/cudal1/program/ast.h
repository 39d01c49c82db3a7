// The syntax tree of the host side: what the parser makes and the checker and the interpreter read.
// Plain data. A node owns its children; positions are those of the file as written (macro uses: of the use).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cudal1/program/source.h"

namespace cudal1::program {

struct Expr;
struct Stmt;
using ExprPtr = std::unique_ptr<Expr>;
using StmtPtr = std::unique_ptr<Stmt>;

// A type as written. `name` is qualified as written, without leading "::" ("float", "unsigned int" (normalised
// spelling: "unsigned int", "long long", "unsigned char" …), "at::Tensor", "std::vector", "auto", "scalar_t").
struct TypeRef;
struct TemplateArg {               // a type or an expression; a bare name that could be either is a type
  std::shared_ptr<TypeRef> type;   // exactly one of the two is set
  std::shared_ptr<Expr> expr;
};
struct TypeRef {
  SourcePos pos;
  std::string name;
  std::vector<TemplateArg> args;   // std::vector<torch::Tensor>
  bool is_const = false;           // of the innermost type: const float* is const, pointers = 1
  int pointers = 0;
  bool is_reference = false;       // & or &&
  bool is_restrict = false;
  bool empty() const { return name.empty(); }
};
std::string to_string(const TypeRef& type);

// ---- expressions ----------------------------------------------------------------------------------------

enum class UnaryOp { kNegate, kPlus, kNot, kBitNot, kAddressOf, kDereference, kPreIncrement, kPreDecrement,
                     kPostIncrement, kPostDecrement };
enum class BinaryOp { kAdd, kSub, kMul, kDiv, kRem, kShl, kShr, kLess, kLessEqual, kGreater, kGreaterEqual,
                      kEqual, kNotEqual, kBitAnd, kBitOr, kBitXor, kAnd, kOr, kComma };

struct IntLiteral { int64_t value; bool is_unsigned = false; bool is_long = false; };
struct FloatLiteral { double value; bool is_float = false; };   // 1.0f
struct BoolLiteral { bool value; };
struct StringLiteral { std::string value; };                    // adjacent ones joined; character literals are
                                                                // IntLiteral
struct NullLiteral {};                                          // nullptr, NULL

// A possibly qualified name, with template arguments where written: x, torch::kFloat32, std::min<int64_t>,
// std::numeric_limits<float>::max (name "std::numeric_limits::max", args of the last written list).
struct NameExpr { std::string name; std::vector<TemplateArg> template_args; };
struct UnaryExpr { UnaryOp op; ExprPtr operand; };
struct BinaryExpr { BinaryOp op; ExprPtr left, right; };
struct AssignExpr { std::optional<BinaryOp> op; ExprPtr target, value; };  // op: +=, -= …
struct ConditionalExpr { ExprPtr condition, then, otherwise; };
struct MemberExpr { ExprPtr object; std::string name; std::vector<TemplateArg> template_args; bool arrow = false; };
struct CallExpr { ExprPtr callee; std::vector<ExprPtr> args; };  // callee: NameExpr, MemberExpr or a lambda's name
struct IndexExpr { ExprPtr object; std::vector<ExprPtr> indices; };
// (float)x, static_cast<float>(x), reinterpret_cast<…>(x), float(x), dim3(1, 2) (a construction: several args)
struct CastExpr { TypeRef type; std::vector<ExprPtr> args; };
struct InitListExpr { TypeRef type; std::vector<ExprPtr> elements; };  // {a, b} (type empty) or T{a, b}
struct SizeOfExpr { TypeRef type; ExprPtr operand; };                  // one of the two

struct Param {
  SourcePos pos;
  TypeRef type;
  std::string name;        // may be empty
  ExprPtr default_value;   // may be null
};

// [&](params) { body }; also immediately called: CallExpr{callee = LambdaExpr}
struct LambdaExpr { std::vector<Param> params; StmtPtr body; };

// kernel<T…><<<grid, block, shared, stream>>>(args). shared and stream may be null.
struct LaunchExpr {
  std::string kernel;      // as written, may be qualified
  std::vector<TemplateArg> template_args;
  ExprPtr grid, block, shared, stream;
  std::vector<ExprPtr> args;
};

// AT_DISPATCH_FLOATING_TYPES_AND2(a, b, scalar_type, "name", [&] { … }) and its family, after normalisation.
struct DispatchExpr {
  std::string macro;                      // as written
  std::vector<std::string> scalar_types;  // c10 names that the macro covers: "Float", "Double", "Half", …
  std::string alias;                      // "scalar_t", or index_t for AT_DISPATCH_INDEX_TYPES
  ExprPtr selector;                       // yields the scalar type
  StmtPtr body;                           // of the lambda
};

struct Expr {
  SourcePos pos;
  std::variant<IntLiteral, FloatLiteral, BoolLiteral, StringLiteral, NullLiteral, NameExpr, UnaryExpr, BinaryExpr,
               AssignExpr, ConditionalExpr, MemberExpr, CallExpr, IndexExpr, CastExpr, InitListExpr, SizeOfExpr,
               LambdaExpr, LaunchExpr, DispatchExpr>
      node;
};

// ---- statements -----------------------------------------------------------------------------------------

enum class InitStyle { kNone, kCopy, kParen, kBrace };  // T x; T x = e; T x(a, b); T x{a, b}

struct Declarator {
  SourcePos pos;
  std::vector<std::string> names;      // one; several for auto [a, b] = …
  TypeRef type;                        // pointers of this declarator included
  std::vector<ExprPtr> array_extents;  // int sizes[2]: extents; an empty extent is null
  InitStyle style = InitStyle::kNone;
  std::vector<ExprPtr> init;           // kCopy: one; kParen and kBrace: the arguments
};
struct DeclStmt { std::vector<Declarator> declarators; bool is_static = false; bool is_constexpr = false; };
struct ExprStmt { ExprPtr expr; };
struct IfStmt { StmtPtr init; ExprPtr condition; StmtPtr then, otherwise; bool is_constexpr = false; };
struct ForStmt { StmtPtr init; ExprPtr condition, step; StmtPtr body; };
struct RangeForStmt { Declarator variable; ExprPtr range; StmtPtr body; };
struct WhileStmt { ExprPtr condition; StmtPtr body; bool is_do = false; };
struct SwitchCase { SourcePos pos; std::vector<ExprPtr> labels; bool is_default = false; std::vector<StmtPtr> body; };
struct SwitchStmt { ExprPtr value; std::vector<SwitchCase> cases; };
struct ReturnStmt { ExprPtr value; };  // may be null
struct BreakStmt {};
struct ContinueStmt {};
struct BlockStmt { std::vector<StmtPtr> body; };
struct ThrowStmt { ExprPtr value; };
struct UsingStmt { std::string name; TypeRef type; };  // using T = …; typedef … T; (using namespace: dropped)

struct Stmt {
  SourcePos pos;
  std::variant<DeclStmt, ExprStmt, IfStmt, ForStmt, RangeForStmt, WhileStmt, SwitchStmt, ReturnStmt, BreakStmt,
               ContinueStmt, BlockStmt, ThrowStmt, UsingStmt>
      node;
};

// ---- functions ------------------------------------------------------------------------------------------

struct TemplateParam {
  bool is_type = true;           // typename T; else a value: int N, bool B
  TypeRef value_type;            // of a value parameter
  std::string name;
  std::optional<TemplateArg> default_arg;
  bool is_pack = false;
};

struct Function {
  SourcePos pos;
  std::string name;
  std::vector<TemplateParam> template_params;
  TypeRef return_type;
  std::vector<Param> params;
  StmtPtr body;                  // a BlockStmt
};

}  // namespace cudal1::program
