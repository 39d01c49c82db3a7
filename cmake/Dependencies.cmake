# Everything the project links, found here and nowhere else.
#   torch        an IMPORTED target over the PyPI package of CUDAL1_PYTHON
#   cuda headers the system's toolkit (>= 12.9), else the wheels that torch brings
#   CUDAL1_NVCC  for tests only: the system's, else that of the wheels; may be NOTFOUND
# No target links libcuda, libnvrtc, libcupti or libnvidia-ml: those are opened at run time.
include(GoogleTest)
include(CheckLinkerFlag)
find_package(Threads REQUIRED)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)

# Header-only packages: their CMake package, else just the header (a box where somebody put it by hand).
function(cudal1_header_only package target header)
  find_package(${package} QUIET)
  if(NOT TARGET ${target})
    find_path(CUDAL1_${package}_INCLUDE ${header} REQUIRED)
    add_library(${target} INTERFACE IMPORTED GLOBAL)
    target_include_directories(${target} SYSTEM INTERFACE ${CUDAL1_${package}_INCLUDE})
  endif()
endfunction()
cudal1_header_only(CLI11 CLI11::CLI11 CLI/CLI.hpp)
cudal1_header_only(nlohmann_json nlohmann_json::nlohmann_json nlohmann/json.hpp)

# What tokenizers need: the split pattern of tokenizer.json and its Unicode normal form. Neither package of Debian
# brings a CMake file.
function(cudal1_library target header library)
  find_path(CUDAL1_${library}_INCLUDE ${header} REQUIRED)
  find_library(CUDAL1_${library}_LIBRARY ${library} REQUIRED)
  add_library(${target} UNKNOWN IMPORTED GLOBAL)
  set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${CUDAL1_${library}_LIBRARY})
  target_include_directories(${target} SYSTEM INTERFACE ${CUDAL1_${library}_INCLUDE})
endfunction()
cudal1_library(pcre2 pcre2.h pcre2-8)
cudal1_library(utf8proc utf8proc.h utf8proc)
find_package(CURL 7.68 REQUIRED)  # for models behind a server

find_program(CUDAL1_CCACHE ccache)
if(CUDAL1_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CUDAL1_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CUDAL1_CCACHE})
endif()
find_program(CUDAL1_MOLD mold)
if(CUDAL1_MOLD)
  check_linker_flag(CXX -fuse-ld=mold CUDAL1_MOLD_WORKS)
  if(CUDAL1_MOLD_WORKS)
    add_link_options(-fuse-ld=mold)
  endif()
endif()

# The version of the torch package of a Python, read without importing it (which takes seconds); empty without one.
set(torch_version_script "import importlib.metadata as m; print(m.version('torch'))")
function(cudal1_torch_version python result)
  execute_process(COMMAND ${python} -c "${torch_version_script}" RESULT_VARIABLE status
                  OUTPUT_VARIABLE version OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT status EQUAL 0)
    set(version "")
  endif()
  set(${result} "${version}" PARENT_SCOPE)
endfunction()

set(CUDAL1_PYTHON "" CACHE FILEPATH "The Python whose torch package is used")
if(DEFINED ENV{XDG_CACHE_HOME} AND NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(cudal1_cache "$ENV{XDG_CACHE_HOME}/cudal1")
else()
  set(cudal1_cache "$ENV{HOME}/.cache/cudal1")
endif()
if(NOT CUDAL1_PYTHON)
  foreach(candidate python3 "${cudal1_cache}/venv/bin/python")
    cudal1_torch_version(${candidate} version)
    if(version MATCHES "^2\\.11\\.")
      set(CUDAL1_PYTHON ${candidate} CACHE FILEPATH "" FORCE)
      break()
    endif()
  endforeach()
endif()
if(NOT CUDAL1_PYTHON)
  message(FATAL_ERROR "No Python with torch 2.11 found. Run ./scripts/setup, or pass -DCUDAL1_PYTHON=<python with torch 2.11>.")
endif()
cudal1_torch_version(${CUDAL1_PYTHON} CUDAL1_TORCH_VERSION)
if(NOT CUDAL1_TORCH_VERSION MATCHES "^2\\.11\\.")
  message(FATAL_ERROR "CUDAL1_PYTHON=${CUDAL1_PYTHON} has torch '${CUDAL1_TORCH_VERSION}'; 2.11 is needed. Run ./scripts/setup.")
endif()
execute_process(
  COMMAND ${CUDAL1_PYTHON} -c "import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec('torch').origin).parent)"
  OUTPUT_VARIABLE CUDAL1_TORCH_DIR OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
get_filename_component(CUDAL1_SITE_DIR ${CUDAL1_TORCH_DIR} DIRECTORY)

# CUDA headers: the first that are new enough. 12090 is CUDA 12.9.
set(CUDAL1_CUDA_INCLUDE "" CACHE PATH "Folder of cuda.h, 12.9 or later")
if(NOT CUDAL1_CUDA_INCLUDE)
  foreach(home "$ENV{CUDA_HOME}" "$ENV{CUDA_PATH}" /usr/local/cuda "${CUDAL1_SITE_DIR}/nvidia/cu13")
    foreach(folder ${home}/include ${home}/targets/x86_64-linux/include)
      if(home AND NOT CUDAL1_CUDA_INCLUDE AND EXISTS ${folder}/cuda.h AND EXISTS ${folder}/nvrtc.h)
        file(STRINGS ${folder}/cuda.h line REGEX "^#define CUDA_VERSION [0-9]+")
        string(REGEX MATCH "[0-9]+" cuda_version "${line}")
        if(cuda_version GREATER_EQUAL 12090)
          set(CUDAL1_CUDA_INCLUDE ${folder} CACHE PATH "" FORCE)
        endif()
      endif()
    endforeach()
  endforeach()
endif()
if(NOT CUDAL1_CUDA_INCLUDE)
  message(FATAL_ERROR "No cuda.h of CUDA 12.9 or later: neither in CUDA_HOME, /usr/local/cuda nor beside torch. "
                      "Install the CUDA Toolkit 13.0, or use the torch package of PyPI, which brings the headers.")
endif()
find_path(CUDAL1_CUPTI_INCLUDE cupti.h
  PATHS ${CUDAL1_CUDA_INCLUDE} ${CUDAL1_CUDA_INCLUDE}/../extras/CUPTI/include
        /usr/local/cuda/extras/CUPTI/include ${CUDAL1_SITE_DIR}/nvidia/cu13/include
  NO_DEFAULT_PATH REQUIRED)
add_library(cuda_headers INTERFACE IMPORTED)
target_include_directories(cuda_headers SYSTEM INTERFACE ${CUDAL1_CUDA_INCLUDE} ${CUDAL1_CUPTI_INCLUDE})

find_program(CUDAL1_NVCC nvcc PATHS ${CUDAL1_CUDA_INCLUDE}/../bin ENV CUDA_HOME ENV CUDA_PATH /usr/local/cuda
             ${CUDAL1_SITE_DIR}/nvidia/cu13 PATH_SUFFIXES bin)

# Without libtorch_cuda (a CPU-only torch) everything builds but runs on the sim only.
set(torch_cuda_libraries "")
set(torch_has_cuda 0)
if(EXISTS ${CUDAL1_TORCH_DIR}/lib/libtorch_cuda.so)
  set(torch_cuda_libraries ${CUDAL1_TORCH_DIR}/lib/libtorch_cuda.so ${CUDAL1_TORCH_DIR}/lib/libc10_cuda.so)
  set(torch_has_cuda 1)
endif()
add_library(torch INTERFACE IMPORTED)
target_include_directories(torch SYSTEM INTERFACE
  ${CUDAL1_TORCH_DIR}/include ${CUDAL1_TORCH_DIR}/include/torch/csrc/api/include)
target_link_libraries(torch INTERFACE cuda_headers
  -Wl,--no-as-needed ${CUDAL1_TORCH_DIR}/lib/libtorch.so ${CUDAL1_TORCH_DIR}/lib/libtorch_cpu.so
  ${torch_cuda_libraries} ${CUDAL1_TORCH_DIR}/lib/libc10.so -Wl,--as-needed
  -Wl,--allow-shlib-undefined -Wl,-rpath,${CUDAL1_TORCH_DIR}/lib)
target_compile_definitions(torch INTERFACE _GLIBCXX_USE_CXX11_ABI=1 CUDAL1_TORCH_HAS_CUDA=${torch_has_cuda})
message(STATUS "torch ${CUDAL1_TORCH_VERSION} of ${CUDAL1_PYTHON}; CUDA headers in ${CUDAL1_CUDA_INCLUDE}; nvcc: ${CUDAL1_NVCC}")
