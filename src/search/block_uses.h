// Every place in the host code where a block size is used, and whether each of them follows when
// the size changes.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "block_anchor.h"

namespace cudal1::search {

struct BlockUses {
  bool understood = true;  // every use is a ceil-division, a launch's block or its shared memory
  struct Launch {
    std::string kernel;
    bool grid_follows;  // the grid is computed from the size
  };
  std::vector<Launch> launches;
  std::vector<BlockSize::Literal>
      literals;  // in expressions; not those that define a variable or macro
};

// Of `anchor` in the body of one function, whose names are `locals`.
BlockUses find_block_uses(const program::Program& program, const program::Stmt& body,
                          const Anchor& anchor, const HostNames& locals, const SourceText& source);

}  // namespace cudal1::search
