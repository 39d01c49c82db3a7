// (n + size - 1) / size and the other ways to write it.
#pragma once

#include <optional>
#include <vector>

#include "block_anchor.h"

namespace cudal1::search {

struct CeilDiv {
  std::vector<const program::Expr*> dividend;  // its terms, without those that only round up
  std::vector<const program::Expr*> sizes;     // expressions that mean the size
  std::vector<const program::Expr*> lesser;    // literals that are one less
};

// Whether `expr` is a division by the anchor that rounds up.
std::optional<CeilDiv> as_ceil_div(const program::Program& program, const program::Expr& expr,
                                   const Anchor& anchor, const SourceText& source);

}  // namespace cudal1::search
