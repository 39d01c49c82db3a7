// Casts, constructions and lists.
#include <algorithm>
#include <limits>
#include <utility>

#include "program/check_names.h"
#include "program/checker.h"
#include "program/names.h"

namespace cudal1::program {

Operand Checker::check_cast(const CastExpr& expr, SourcePos pos) {
  const Type type = refuse_object(resolve(expr.type), pos);
  if (expr.args.size() == 1) {
    const Operand operand = check(*expr.args[0]);
    if (type.arithmetic() && (operand.type.is(Kind::kTensor) || operand.type.is(Kind::kString) ||
                              operand.type.is(Kind::kVector) || operand.type.is(Kind::kIntList) ||
                              operand.type.is(Kind::kScalar))) {
      expect(operand.type, type, expr.args[0]->pos, "the result of the cast");
    }
    if (type.is(Kind::kPointer) && operand.type.is(Kind::kTensor)) {
      expect(operand.type, type, expr.args[0]->pos, "the result of the cast");
    }
    const bool keeps = type.is(Kind::kInt) || type.is(Kind::kBool) || !type.known();
    return {type, type.is(Kind::kTensor) && operand.lvalue, false,
            keeps ? operand.value : std::nullopt};
  }
  return check_construction(type, expr.args, pos);
}

// T(a, b), T{a, b}, T x(a, b)
Operand Checker::check_construction(const Type& type, const std::vector<ExprPtr>& args,
                                    SourcePos pos) {
  const auto operands = check_all(args);
  const std::string what = "the argument of " + to_string(type);
  switch (type.kind) {
    case Kind::kDim3:
      if (args.size() > 3)
        return value_of(
            fail(pos, "dim3 takes up to 3 extents, this has " + std::to_string(args.size())));
      for (size_t at = 0; at < operands.size(); ++at) {
        if (operands.size() == 1) {
          expect(operands[at].type, type, args[at]->pos, what);
        } else {
          expect(operands[at].type, int_type(), args[at]->pos, "an extent of dim3");
        }
      }
      return {type, false, false, std::nullopt};
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kFloat:
    case Kind::kPointer:
    case Kind::kTensor:
      if (args.size() > 1)
        return value_of(fail(pos, with_article(type) + " is made from one value, this has " +
                                      std::to_string(args.size())));
      if (args.size() == 1) expect(operands[0].type, type, args[0]->pos, what);
      return {type, false, false,
              args.size() == 1 && !type.is(Kind::kFloat) ? operands[0].value : std::nullopt};
    case Kind::kVector: {
      if (type.args.empty() && !operands.empty())
        return value_of(wrap(Kind::kVector, {operands[0].type}));
      if (type.args.empty() || operands.empty() || operands.size() > 2) break;
      const bool counted = operands[0].type.is(Kind::kInt) || operands[0].type.is(Kind::kUnknown);
      const Type& first = operands[0].type;
      if (operands.size() == 1 && !counted) {
        if (!converts(first, type) && !first.is(Kind::kIntList) && !converts(first, type.args[0])) {
          expect(first, type, args[0]->pos, "the vector");
        }
      }
      break;
    }
    case Kind::kTuple:
      if (!type.args.empty() && operands.size() > 1 && operands.size() != type.args.size()) {
        report(pos, with_article(type) + " takes " + std::to_string(type.args.size()) +
                        " values, this has " + std::to_string(operands.size()));
      }
      break;
    default:
      break;
  }
  return value_of(type);
}

Operand Checker::check_list(const InitListExpr& expr, SourcePos pos) {
  if (expr.type.empty()) {
    std::vector<Type> types;
    for (const Operand& operand : check_all(expr.elements)) types.push_back(operand.type);
    return value_of(wrap(Kind::kInitList, std::move(types)));
  }
  const Type type = refuse_object(resolve(expr.type), pos);
  if (type.is(Kind::kVector) || type.is(Kind::kArray)) {
    const auto operands = check_all(expr.elements);
    if (type.args.empty()) return value_of(type);
    const bool whole = operands.size() == 1 &&
                       (converts(operands[0].type, type) || operands[0].type.is(Kind::kIntList));
    for (size_t at = 0; at < operands.size() && !whole; ++at) {
      const bool iterators = operands[at].type.is(Kind::kPointer);
      if (!iterators) expect(operands[at].type, type.args[0], expr.elements[at]->pos, "an element");
    }
    return value_of(type);
  }
  return check_construction(type, expr.elements, pos);
}

}  // namespace cudal1::program
