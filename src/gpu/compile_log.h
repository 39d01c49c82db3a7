// What NVRTC and ptxas say, taken apart.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cudal1/gpu/compiler.h"

namespace cudal1::gpu {

constexpr size_t kMaxLogBytes = 16 * 1024;

// At most kMaxLogBytes, cut at a line, with a closing line that says how much is left out.
std::string bounded_log(std::string_view log);

// Registers, memory and spills per mangled kernel name from the lines of `ptxas -v`.
std::map<std::string, CompiledModule::Resources> parse_resources(std::string_view log);

// `log` without the lines of `ptxas -v` (they differ from run to run) and NVRTC's remarks about
// itself.
std::string without_resource_lines(std::string_view log);

// `log` without why a source file cannot be opened: that would tell whether there is such a file.
std::string without_open_reasons(std::string_view log);

// The first error: `path(line): error: message`; line 0 where the log names no position in `path`.
CompileError parse_error(std::string_view log, const std::string& path);

}  // namespace cudal1::gpu
