#include "ceil_div.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cudal1::search {
namespace {

using namespace program;

const BinaryExpr* as_binary(const Expr& expr, BinaryOp op) {
  const auto* binary = std::get_if<BinaryExpr>(&bare(expr).node);
  return binary && binary->op == op ? binary : nullptr;
}

bool is_one(const Expr& expr) {
  const auto* literal = std::get_if<IntLiteral>(&bare(expr).node);
  return literal && literal->value == 1;
}

struct Sum {
  std::vector<const Expr*> plus, minus;
};

void flatten(const Expr& expr, bool negative, Sum& sum) {
  if (const auto* add = as_binary(expr, BinaryOp::kAdd)) {
    flatten(*add->left, negative, sum);
    flatten(*add->right, negative, sum);
  } else if (const auto* subtract = as_binary(expr, BinaryOp::kSub)) {
    flatten(*subtract->left, negative, sum);
    flatten(*subtract->right, !negative, sum);
  } else {
    (negative ? sum.minus : sum.plus).push_back(&expr);
  }
}

// Takes the first term that `wanted` accepts out of `terms`.
template <typename Wanted>
const Expr* take(std::vector<const Expr*>& terms, Wanted wanted) {
  const auto it = std::ranges::find_if(terms, wanted);
  if (it == terms.end()) return nullptr;
  const Expr* found = *it;
  terms.erase(it);
  return found;
}

std::vector<const Expr*> joined(const Sum& sum) {
  std::vector<const Expr*> all = sum.plus;
  all.insert(all.end(), sum.minus.begin(), sum.minus.end());
  return all;
}

std::string_view last_part(std::string_view name) {
  const size_t colons = name.rfind("::");
  return colons == std::string_view::npos ? name : name.substr(colons + 2);
}

class Matcher {
 public:
  Matcher(const Program& program, const Anchor& anchor, const SourceText& source)
      : program_(program), anchor_(anchor), source_(source) {}

  std::optional<CeilDiv> match(const Expr& expr) const {
    if (auto division = padded_division(expr)) return division;
    if (auto division = division_plus_one(expr)) return division;
    return call(expr);
  }

 private:
  bool is_size(const Expr& expr) const { return means(expr, anchor_, source_); }
  bool is_lesser(const Expr& expr) const { return means(expr, anchor_, source_, -1); }

  // (n + size - 1) / size, (n + 255) / 256
  std::optional<CeilDiv> padded_division(const Expr& expr) const {
    const auto* division = as_binary(expr, BinaryOp::kDiv);
    if (!division || !is_size(*division->right)) return std::nullopt;
    Sum sum;
    flatten(*division->left, false, sum);
    CeilDiv result{.sizes = {division->right.get()}};
    if (const Expr* lesser = take(sum.plus, [&](const Expr* e) { return is_lesser(*e); })) {
      result.lesser.push_back(lesser);
    } else {
      const Expr* size = take(sum.plus, [&](const Expr* e) { return is_size(*e); });
      if (!size || !take(sum.minus, [](const Expr* e) { return is_one(*e); })) return std::nullopt;
      result.sizes.push_back(size);
    }
    result.dividend = joined(sum);
    return result;
  }

  // (n - 1) / size + 1
  std::optional<CeilDiv> division_plus_one(const Expr& expr) const {
    const auto* add = as_binary(expr, BinaryOp::kAdd);
    if (!add || !is_one(*add->right)) return std::nullopt;
    const auto* division = as_binary(*add->left, BinaryOp::kDiv);
    if (!division || !is_size(*division->right)) return std::nullopt;
    Sum sum;
    flatten(*division->left, false, sum);
    if (!take(sum.minus, [](const Expr* e) { return is_one(*e); })) return std::nullopt;
    return CeilDiv{.dividend = joined(sum), .sizes = {division->right.get()}};
  }

  // ceil_div(n, size): the libraries', or the file's own when its body is one of the above.
  std::optional<CeilDiv> call(const Expr& expr) const {
    const auto* call = std::get_if<CallExpr>(&bare(expr).node);
    if (!call || call->args.size() != 2 || !is_size(*call->args[1])) return std::nullopt;
    const auto* callee = std::get_if<NameExpr>(&call->callee->node);
    if (!callee || !rounds_up(callee->name)) return std::nullopt;
    return CeilDiv{.dividend = {call->args[0].get()}, .sizes = {call->args[1].get()}};
  }

  bool rounds_up(const std::string& name) const {
    const auto own = program_.functions(last_part(name));
    if (own.empty()) {
      static constexpr std::array<std::string_view, 3> kLibrary{"at::ceil_div", "c10::ceil_div",
                                                                "cuda::ceil_div"};
      return std::ranges::find(kLibrary, name) != kLibrary.end();
    }
    return std::ranges::all_of(own, [&](const HostFunction* f) { return own_rounds_up(*f); });
  }

  bool own_rounds_up(const HostFunction& host) const {
    if (!host.parsed().ok()) return false;
    const Function& function = **host.parsed();
    const auto* block = std::get_if<BlockStmt>(&function.body->node);
    if (function.params.size() != 2 || !block || block->body.size() != 1) return false;
    const auto* result = std::get_if<ReturnStmt>(&block->body[0]->node);
    if (!result || !result->value) return false;
    const Anchor divisor{.kind = Anchor::Kind::kLocal, .variables = {function.params[1].name}};
    const Matcher inside(program_, divisor, source_);
    auto division = inside.padded_division(*result->value);
    if (!division) division = inside.division_plus_one(*result->value);
    if (!division || division->dividend.size() != 1) return false;
    const auto* dividend = std::get_if<NameExpr>(&bare(*division->dividend[0]).node);
    return dividend && dividend->name == function.params[0].name;
  }

  const Program& program_;
  const Anchor& anchor_;
  const SourceText& source_;
};

}  // namespace

std::optional<CeilDiv> as_ceil_div(const Program& program, const Expr& expr, const Anchor& anchor,
                                   const SourceText& source) {
  return Matcher(program, anchor, source).match(expr);
}

}  // namespace cudal1::search
