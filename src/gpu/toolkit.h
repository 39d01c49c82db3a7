// Where the CUDA libraries are that are opened at run time, and the headers that belong to them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cudal1::gpu {

// What a library is called and what the user may point to it with.
struct LibraryQuery {
  std::string stem;                // "libnvrtc.so"
  std::vector<int> majors;         // of the soname, newest first
  const char* variable = nullptr;  // environment variable that names the file, if any
  bool prefer_loaded = false;      // take the copy another library brought into this process
  const char* symbol = nullptr;    // one it exports, to learn which file was opened
};

struct OpenedLibrary {
  void* handle = nullptr;
  std::filesystem::path path;  // absolute, links resolved
  std::string tried;           // one line per failed candidate, for messages
};

// First candidate that opens: the environment variable (then nothing else is tried), CUDA_HOME,
// CUDA_PATH, /usr/local/cuda, the Python wheels seen at configure time, the loader's own search
// path.
OpenedLibrary open_library(const LibraryQuery& query);

// Include directories for NVRTC: those that belong to `library` (its toolkit or wheel), then the
// ones seen at configure time. Only existing ones; the first holds cuda_fp16.h.
std::vector<std::filesystem::path> include_directories(const std::filesystem::path& library);

// Those directories, and where the files are that links in them lead to.
std::vector<std::filesystem::path> places_of(const std::vector<std::filesystem::path>& directories);

}  // namespace cudal1::gpu
