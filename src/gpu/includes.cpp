#include "includes.h"

#include <algorithm>
#include <array>
#include <set>

#include "cudal1/core/host_headers.h"

namespace cudal1::gpu {
namespace {

// The rarer ones, beside those that any file of kernels may include.
constexpr std::array kRareHostHeaders = {"cfenv",
                                         "charconv",
                                         "clocale",
                                         "csetjmp",
                                         "csignal",
                                         "cuchar",
                                         "cwchar",
                                         "iosfwd",
                                         "memory_resource",
                                         "span",
                                         "valarray",
                                         "version",
                                         "complex.h",
                                         "ctype.h",
                                         "fenv.h",
                                         "locale.h",
                                         "malloc.h",
                                         "memory.h",
                                         "signal.h",
                                         "stdalign.h",
                                         "stdarg.h",
                                         "strings.h",
                                         "tgmath.h",
                                         "wchar.h",
                                         "sys/time.h",
                                         "sys/types.h",
                                         "sys/stat.h",
                                         "cudaProfiler.h",
                                         "device_functions.h",
                                         "device_atomic_functions.h",
                                         "math_functions.h",
                                         "helper_cuda.h",
                                         "helper_functions.h",
                                         "helper_timer.h",
                                         "cublas_v2.h",
                                         "cublas.h",
                                         "cublasLt.h",
                                         "cudnn.h",
                                         "cufft.h",
                                         "cusolverDn.h",
                                         "cusparse.h",
                                         "nvToolsExt.h"};

constexpr std::array kHostFolders = {"torch/", "ATen/", "c10/",    "pybind11/",
                                     "THC/",   "TH/",   "caffe2/", "nvtx3/"};

bool has_prefix(std::string_view name, std::string_view prefix) { return name.starts_with(prefix); }

bool in_host_folder(const std::string& name) {
  return std::any_of(kHostFolders.begin(), kHostFolders.end(),
                     [&](const char* folder) { return has_prefix(name, folder); });
}

// The block and warp collectives: cub/cub.cuh itself also declares host launchers, which NVRTC
// refuses.
constexpr char kCubDeviceHalf[] =
    "#pragma once\n"
    "#include <cub/block/block_adjacent_difference.cuh>\n"
    "#include <cub/block/block_discontinuity.cuh>\n"
    "#include <cub/block/block_exchange.cuh>\n"
    "#include <cub/block/block_histogram.cuh>\n"
    "#include <cub/block/block_load.cuh>\n"
    "#include <cub/block/block_merge_sort.cuh>\n"
    "#include <cub/block/block_radix_sort.cuh>\n"
    "#include <cub/block/block_reduce.cuh>\n"
    "#include <cub/block/block_scan.cuh>\n"
    "#include <cub/block/block_shuffle.cuh>\n"
    "#include <cub/block/block_store.cuh>\n"
    "#include <cub/warp/warp_exchange.cuh>\n"
    "#include <cub/warp/warp_load.cuh>\n"
    "#include <cub/warp/warp_merge_sort.cuh>\n"
    "#include <cub/warp/warp_reduce.cuh>\n"
    "#include <cub/warp/warp_scan.cuh>\n"
    "#include <cub/warp/warp_store.cuh>\n";

void skip_blanks(std::string_view& text) {
  const size_t begin = text.find_first_not_of(" \t");
  text.remove_prefix(begin == std::string_view::npos ? text.size() : begin);
}

// `line` → the directive's name, if it is one.
bool parse_include(std::string_view line, Include* include) {
  skip_blanks(line);
  if (!has_prefix(line, "#")) return false;
  line.remove_prefix(1);
  skip_blanks(line);
  if (!has_prefix(line, "include")) return false;
  line.remove_prefix(7);
  skip_blanks(line);
  if (line.empty() || (line[0] != '<' && line[0] != '"')) return false;
  include->quoted = line[0] == '"';
  const size_t end = line.find(include->quoted ? '"' : '>', 1);
  if (end == std::string_view::npos) return false;
  include->name = line.substr(1, end - 1);
  return true;
}

}  // namespace

std::vector<Include> scan_includes(std::string_view source) {
  std::vector<Include> includes;
  while (!source.empty()) {
    const size_t end = source.find('\n');
    Include include;
    if (parse_include(source.substr(0, end), &include)) includes.push_back(include);
    if (end == std::string_view::npos) break;
    source.remove_prefix(end + 1);
  }
  return includes;
}

std::vector<StandIn> stand_ins(const std::vector<Include>& includes) {
  std::vector<StandIn> headers;
  // cuRAND's device half takes its types from its host header, which NVRTC can read.
  const bool random = std::any_of(includes.begin(), includes.end(), [](const Include& include) {
    return has_prefix(include.name, "curand_");
  });
  for (const std::string_view name : common_host_headers())
    if (!random || name != "curand.h") headers.push_back({std::string(name), ""});
  for (const char* name : kRareHostHeaders) headers.push_back({name, ""});
  headers.push_back({"cub/cub.cuh", kCubDeviceHalf});
  std::set<std::string> added;
  for (const Include& include : includes)
    if (in_host_folder(include.name) && added.insert(include.name).second)
      headers.push_back({include.name, ""});
  return headers;
}

}  // namespace cudal1::gpu
