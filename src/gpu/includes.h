// The #include directives of a source, and which headers stand-ins are needed for.
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

}  // namespace cudal1::gpu
