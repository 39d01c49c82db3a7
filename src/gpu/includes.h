// The #include directives of a source: which headers stand-ins are needed for, and which files
// beside the source it reads, whose content belongs to the key of a compilation.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cudal1::gpu {

struct Include {
  std::string name;     // as written
  bool quoted = false;  // "name", not <name>
};

// In order; directives in comments and in untaken #if branches count as well.
std::vector<Include> scan_includes(std::string_view source);

struct StandIn {
  std::string name, content;
};

// Headers that NVRTC cannot read (host libraries, torch) and that a source or the toolkit's own
// headers may include: empty, since the prelude has what device code uses of them. `cub/cub.cuh`
// becomes its device half.
std::vector<StandIn> stand_ins(const std::vector<Include>& includes);

// The names and contents of every file that `source` at `path` includes by "name" relative to
// itself, transitively:
// "" when there is none. Names that do not resolve are left to the compiler.
std::string local_include_text(std::string_view source, const std::string& path);

}  // namespace cudal1::gpu
