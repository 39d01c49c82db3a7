#include "nvrtc_api.h"

#include <dlfcn.h>

#include "cudal1/core/error.h"
#include "toolkit.h"

namespace cudal1::gpu {
namespace {

constexpr char kInstallNvrtc[] =
    "Install the CUDA Toolkit 12.9 or later, or the Python package nvidia-cuda-nvrtc, or set "
    "CUDAL1_NVRTC "
    "to the path of libnvrtc.so.";

template <typename Function>
void resolve(void* library, const char* name, const std::filesystem::path& path,
             Function* function) {
  *function = reinterpret_cast<Function>(dlsym(library, name));
  if (!*function)
    throw EnvironmentError("NVRTC at " + path.string() + " has no " + name + ".", kInstallNvrtc);
}

// NVRTC opens its built-in device functions by bare name. A wheel's folder is not on the loader's
// path, so the companion beside the library is loaded first and found by its soname.
void load_builtins(const std::filesystem::path& nvrtc, const std::string& version) {
  const std::filesystem::path builtins =
      nvrtc.parent_path() / ("libnvrtc-builtins.so." + version);
  // Never closed, like NVRTC itself. Where it is elsewhere, NVRTC's own message says so.
  dlopen(builtins.c_str(), RTLD_NOW | RTLD_LOCAL);
}

}  // namespace

Compiler::Api::Api() {
  LibraryQuery query;
  query.stem = "libnvrtc.so";
  query.majors = {13, 12};
  query.variable = "CUDAL1_NVRTC";
  query.symbol = "nvrtcVersion";
  const OpenedLibrary library = open_library(query);
  if (!library.handle)
    throw EnvironmentError("NVRTC cannot be opened:\n" + library.tried, kInstallNvrtc);
  path = library.path;
  void* handle = library.handle;
  resolve(handle, "nvrtcGetErrorString", path, &get_error_string);
  resolve(handle, "nvrtcVersion", path, &version);
  resolve(handle, "nvrtcCreateProgram", path, &create_program);
  resolve(handle, "nvrtcDestroyProgram", path, &destroy_program);
  resolve(handle, "nvrtcCompileProgram", path, &compile_program);
  resolve(handle, "nvrtcGetPTXSize", path, &get_ptx_size);
  resolve(handle, "nvrtcGetPTX", path, &get_ptx);
  resolve(handle, "nvrtcGetCUBINSize", path, &get_cubin_size);
  resolve(handle, "nvrtcGetCUBIN", path, &get_cubin);
  resolve(handle, "nvrtcGetProgramLogSize", path, &get_program_log_size);
  resolve(handle, "nvrtcGetProgramLog", path, &get_program_log);
  resolve(handle, "nvrtcAddNameExpression", path, &add_name_expression);
  resolve(handle, "nvrtcGetLoweredName", path, &get_lowered_name);

  version(&numbers.first, &numbers.second);
  if (numbers.first < 12)
    throw EnvironmentError("NVRTC at " + path.string() + " is version " +
                               std::to_string(numbers.first) + "." +
                               std::to_string(numbers.second) + "; 12.0 or later is needed.",
                           kInstallNvrtc);
  load_builtins(path, std::to_string(numbers.first) + "." + std::to_string(numbers.second));
  include_paths = include_directories(path);
}

}  // namespace cudal1::gpu
