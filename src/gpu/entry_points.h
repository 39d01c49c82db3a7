// The kernels of a compiled module, by the names its symbol table or its PTX gives them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1::gpu {

// Mangled names, in no particular order. Empty for bytes that are no cubin.
std::vector<std::string> cubin_entry_points(std::string_view cubin);
std::vector<std::string> ptx_entry_points(std::string_view ptx);

// What a launch in the source calls them → mangled: "scale", "ns::scale"; an instantiation as
// "tm<float, 4>". A name that several kernels share (overloads) is left out: only name expressions
// can tell them apart.
std::map<std::string, std::string> launch_names(const std::vector<std::string>& mangled);

}  // namespace cudal1::gpu
