// Which headers only the host side needs.
#include <algorithm>
#include <array>
#include <string_view>

#include "program/preprocess.h"

namespace cudal1::program {
namespace {

constexpr std::array<std::string_view, 14> kHostFolders = {
    "torch/",  "ATen/",  "c10/",   "pybind11/", "caffe2/", "THC/",  "TH/",
    "thrust/", "boost/", "Eigen/", "sys/",      "bits/",   "cudnn", "nccl"};

// The C and C++ headers that NVRTC does not bring; the device prelude stands in for what kernels
// use of them.
constexpr std::array<std::string_view, 93> kHostHeaders = {"algorithm",
                                                           "any",
                                                           "array",
                                                           "assert.h",
                                                           "atomic",
                                                           "bitset",
                                                           "cassert",
                                                           "cctype",
                                                           "cerrno",
                                                           "cfloat",
                                                           "chrono",
                                                           "cinttypes",
                                                           "climits",
                                                           "cmath",
                                                           "complex",
                                                           "condition_variable",
                                                           "cstdarg",
                                                           "cstddef",
                                                           "cstdint",
                                                           "cstdio",
                                                           "cstdlib",
                                                           "cstring",
                                                           "ctime",
                                                           "deque",
                                                           "errno.h",
                                                           "exception",
                                                           "execution",
                                                           "filesystem",
                                                           "float.h",
                                                           "forward_list",
                                                           "fstream",
                                                           "functional",
                                                           "future",
                                                           "getopt.h",
                                                           "initializer_list",
                                                           "inttypes.h",
                                                           "iomanip",
                                                           "ios",
                                                           "iostream",
                                                           "istream",
                                                           "iterator",
                                                           "limits",
                                                           "limits.h",
                                                           "list",
                                                           "locale",
                                                           "map",
                                                           "math.h",
                                                           "memory",
                                                           "mutex",
                                                           "new",
                                                           "numeric",
                                                           "omp.h",
                                                           "optional",
                                                           "ostream",
                                                           "queue",
                                                           "random",
                                                           "ratio",
                                                           "regex",
                                                           "set",
                                                           "shared_mutex",
                                                           "sstream",
                                                           "stack",
                                                           "stdbool.h",
                                                           "stddef.h",
                                                           "stdexcept",
                                                           "stdint.h",
                                                           "stdio.h",
                                                           "stdlib.h",
                                                           "streambuf",
                                                           "string",
                                                           "string.h",
                                                           "string_view",
                                                           "system_error",
                                                           "thread",
                                                           "time.h",
                                                           "tuple",
                                                           "type_traits",
                                                           "typeindex",
                                                           "typeinfo",
                                                           "unistd.h",
                                                           "unordered_map",
                                                           "unordered_set",
                                                           "utility",
                                                           "variant",
                                                           "vector",
                                                           "Python.h",
                                                           "cuda.h",
                                                           "cuda_runtime.h",
                                                           "cuda_runtime_api.h",
                                                           "device_launch_parameters.h",
                                                           "cuda_profiler_api.h",
                                                           "curand.h",
                                                           "nvrtc.h"};

constexpr std::array<std::string_view, 11> kHostPrefixes = {
    "cublas", "cusparse", "cusolver", "cufft",   "nvToolsExt",  "nvtx3/",
    "mkl",    "opencv",   "numpy/",   "helper_", "driver_types"};

}  // namespace

bool is_host_only_header(const std::string& header) {
  const auto prefixes = [&](std::string_view prefix) {
    return header.compare(0, prefix.size(), prefix) == 0;
  };
  return std::find(kHostHeaders.begin(), kHostHeaders.end(), header) != kHostHeaders.end() ||
         std::any_of(kHostFolders.begin(), kHostFolders.end(), prefixes) ||
         std::any_of(kHostPrefixes.begin(), kHostPrefixes.end(), prefixes);
}

}  // namespace cudal1::program
