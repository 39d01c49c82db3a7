// Which headers only the host side needs.
#include <algorithm>
#include <array>
#include <string_view>

#include "cudal1/core/host_headers.h"
#include "program/preprocess.h"

namespace cudal1::program {
namespace {

constexpr std::array<std::string_view, 14> kHostFolders = {
    "torch/",  "ATen/",  "c10/",   "pybind11/", "caffe2/", "THC/",  "TH/",
    "thrust/", "boost/", "Eigen/", "sys/",      "bits/",   "cudnn", "nccl"};

// Beside the common ones. The device prelude stands in for what kernels use of all of them.
constexpr std::array<std::string_view, 2> kHostHeaders = {"getopt.h", "Python.h"};

constexpr std::array<std::string_view, 11> kHostPrefixes = {
    "cublas", "cusparse", "cusolver", "cufft",   "nvToolsExt",  "nvtx3/",
    "mkl",    "opencv",   "numpy/",   "helper_", "driver_types"};

}  // namespace

bool is_host_only_header(const std::string& header) {
  const auto prefixes = [&](std::string_view prefix) {
    return header.compare(0, prefix.size(), prefix) == 0;
  };
  const auto common = common_host_headers();
  return std::binary_search(common.begin(), common.end(), header) ||
         std::find(kHostHeaders.begin(), kHostHeaders.end(), header) != kHostHeaders.end() ||
         std::any_of(kHostFolders.begin(), kHostFolders.end(), prefixes) ||
         std::any_of(kHostPrefixes.begin(), kHostPrefixes.end(), prefixes);
}

}  // namespace cudal1::program
