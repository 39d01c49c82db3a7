#include "toolkit.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace cudal1::gpu {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> toolkit_roots() {
  std::vector<fs::path> roots;
  for (const char* name : {"CUDA_HOME", "CUDA_PATH"})
    if (const char* value = std::getenv(name); value && *value) roots.emplace_back(value);
  roots.emplace_back("/usr/local/cuda");
  return roots;
}

std::vector<fs::path> library_directories() {
  std::vector<fs::path> directories;
  for (const fs::path& root : toolkit_roots())
    for (const char* tail : {"lib64", "targets/x86_64-linux/lib", "lib", "extras/CUPTI/lib64"})
      directories.push_back(root / tail);
  directories.push_back(fs::path(CUDAL1_SITE_DIR) / "nvidia/cu13/lib");
  return directories;
}

std::vector<fs::path> candidates(const LibraryQuery& query) {
  std::vector<std::string> names;
  for (int major : query.majors) names.push_back(query.stem + "." + std::to_string(major));
  std::vector<fs::path> paths;
  for (const fs::path& directory : library_directories())
    for (const std::string& name : names) {
      std::error_code ignored;
      if (fs::exists(directory / name, ignored)) paths.push_back(directory / name);
    }
  paths.insert(paths.end(), names.begin(), names.end());
  return paths;
}

fs::path loaded_path(void* handle, const char* any_symbol_of, const fs::path& asked) {
  Dl_info info{};
  void* symbol = any_symbol_of ? dlsym(handle, any_symbol_of) : nullptr;
  fs::path path =
      symbol && dladdr(symbol, &info) && info.dli_fname ? fs::path(info.dli_fname) : asked;
  std::error_code failed;
  fs::path resolved = fs::canonical(path, failed);
  return failed ? path : resolved;
}

}  // namespace

OpenedLibrary open_library(const LibraryQuery& query) {
  OpenedLibrary opened;
  for (int major : query.majors) {
    if (!query.prefer_loaded) break;
    const std::string name = query.stem + "." + std::to_string(major);
    opened.handle = dlopen(name.c_str(), RTLD_NOW | RTLD_NOLOAD);
    if (!opened.handle) continue;
    opened.path = loaded_path(opened.handle, query.symbol, name);
    return opened;
  }
  const char* named = query.variable ? std::getenv(query.variable) : nullptr;
  const std::vector<fs::path> paths =
      named && *named ? std::vector<fs::path>{named} : candidates(query);
  for (const fs::path& path : paths) {
    opened.handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened.handle) {
      opened.path = loaded_path(opened.handle, query.symbol, path);
      return opened;
    }
    const char* reason = dlerror();
    const std::string said = reason ? reason : "cannot be opened";
    const bool has_path = said.starts_with(path.string());  // dlerror mostly begins with the path
    opened.tried +=
        (opened.tried.empty() ? "" : "\n") + (has_path ? said : path.string() + ": " + said);
  }
  return opened;
}

std::vector<fs::path> include_directories(const fs::path& library) {
  std::vector<fs::path> roots = {library.parent_path().parent_path() / "include",
                                 library.parent_path().parent_path().parent_path() / "include"};
  roots.emplace_back(CUDAL1_CUDA_INCLUDE);
  for (const fs::path& root : toolkit_roots()) roots.push_back(root / "include");
  roots.push_back(fs::path(CUDAL1_SITE_DIR) / "nvidia/cu13/include");

  // One toolkit's headers and one CCCL: mixing versions of either breaks both.
  std::vector<fs::path> directories;
  const auto add_first_with = [&](const char* tail, const char* file) {
    const auto holds = [&](const fs::path& root) {
      std::error_code ignored;
      return fs::exists(root / tail / file, ignored);
    };
    const auto found = std::find_if(roots.begin(), roots.end(), holds);
    if (found != roots.end()) directories.push_back(*tail ? *found / tail : *found);
  };
  add_first_with("", "cuda_fp16.h");
  add_first_with("cccl", "cub/version.cuh");
  return directories;
}

std::vector<fs::path> places_of(const std::vector<fs::path>& directories) {
  std::set<fs::path> places(directories.begin(), directories.end());
  std::error_code failed;
  for (const fs::path& directory : directories) {
    // Some package managers link every file of a package, most none: a look at the top is enough.
    const auto first = fs::directory_iterator(directory, failed);
    if (failed || first == fs::directory_iterator()) continue;
    const bool linked =
        std::any_of(fs::begin(first), fs::directory_iterator(),
                    [](const fs::directory_entry& entry) { return entry.is_symlink(); });
    if (!linked) continue;
    for (auto entry = fs::recursive_directory_iterator(directory, failed);
         !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
      if (!entry->is_symlink()) continue;
      std::error_code dangling;
      const fs::path real = fs::canonical(entry->path(), dangling);
      if (!dangling) places.insert(fs::is_directory(real) ? real : real.parent_path());
    }
  }
  return {places.begin(), places.end()};
}

}  // namespace cudal1::gpu
