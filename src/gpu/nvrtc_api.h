// The entry points of libnvrtc that are used, resolved at run time.
#pragma once

#include <nvrtc.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "cudal1/gpu/compiler.h"

namespace cudal1::gpu {

struct Compiler::Api {
  decltype(&::nvrtcGetErrorString) get_error_string;
  decltype(&::nvrtcVersion) version;
  decltype(&::nvrtcCreateProgram) create_program;
  decltype(&::nvrtcDestroyProgram) destroy_program;
  decltype(&::nvrtcCompileProgram) compile_program;
  decltype(&::nvrtcGetPTXSize) get_ptx_size;
  decltype(&::nvrtcGetPTX) get_ptx;
  decltype(&::nvrtcGetCUBINSize) get_cubin_size;
  decltype(&::nvrtcGetCUBIN) get_cubin;
  decltype(&::nvrtcGetProgramLogSize) get_program_log_size;
  decltype(&::nvrtcGetProgramLog) get_program_log;
  decltype(&::nvrtcAddNameExpression) add_name_expression;
  decltype(&::nvrtcGetLoweredName) get_lowered_name;

  std::filesystem::path path;                        // of the library
  std::pair<int, int> numbers;                       // its version
  std::vector<std::filesystem::path> include_paths;  // of the headers that belong to it

  // EnvironmentError when there is none, or one older than 12.
  Api();
};

}  // namespace cudal1::gpu
