#include "nvrtc_api.h"

#include <dlfcn.h>

#include "cudal1/core/error.h"
#include "resolver.h"
#include "toolkit.h"

namespace cudal1::gpu {
namespace {

constexpr char kInstallNvrtc[] =
    "Install the CUDA Toolkit 12.9 or later, or the Python package nvidia-cuda-nvrtc, or set "
    "CUDAL1_NVRTC "
    "to the path of libnvrtc.so.";

// NVRTC opens its built-in device functions by bare name. A wheel's folder is not on the loader's
// path, so the companion beside the library is loaded first and found by its soname.
void load_builtins(const std::filesystem::path& nvrtc, const std::string& version) {
  const std::string name = "libnvrtc-builtins.so." + version;
  const std::filesystem::path beside = nvrtc.parent_path() / name;
  // Never closed, like NVRTC itself. Where there is none, NVRTC's own message says so. A worker
  // that compiles can open no library later on.
  if (!dlopen(beside.c_str(), RTLD_NOW | RTLD_LOCAL)) dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
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
  Resolver nvrtc(library.handle);
  nvrtc.find("nvrtcGetErrorString", &get_error_string);
  nvrtc.find("nvrtcVersion", &version);
  nvrtc.find("nvrtcCreateProgram", &create_program);
  nvrtc.find("nvrtcDestroyProgram", &destroy_program);
  nvrtc.find("nvrtcCompileProgram", &compile_program);
  nvrtc.find("nvrtcGetPTXSize", &get_ptx_size);
  nvrtc.find("nvrtcGetPTX", &get_ptx);
  nvrtc.find("nvrtcGetCUBINSize", &get_cubin_size);
  nvrtc.find("nvrtcGetCUBIN", &get_cubin);
  nvrtc.find("nvrtcGetProgramLogSize", &get_program_log_size);
  nvrtc.find("nvrtcGetProgramLog", &get_program_log);
  nvrtc.find("nvrtcAddNameExpression", &add_name_expression);
  nvrtc.find("nvrtcGetLoweredName", &get_lowered_name);
  if (nvrtc.missing())
    throw EnvironmentError("NVRTC at " + path.string() + " has no " + nvrtc.missing() + ".",
                           kInstallNvrtc);

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
