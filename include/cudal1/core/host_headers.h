// Headers that code for the host includes and a device compiler does not bring.
#pragma once

#include <span>
#include <string_view>

namespace cudal1 {

// Of C++, C, POSIX and CUDA's host side: those that kernels' files commonly include. Sorted.
std::span<const std::string_view> common_host_headers();

}  // namespace cudal1
