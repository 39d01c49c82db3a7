// Looks up the entry points of an opened library.
#pragma once

#include <dlfcn.h>

namespace cudal1::gpu {

class Resolver {
 public:
  explicit Resolver(void* library) : library_(library) {}

  // Sets `function`, to null when the library has none of that name.
  template <typename Function>
  void find(const char* name, Function* function) {
    *function = reinterpret_cast<Function>(dlsym(library_, name));
    if (!*function && !missing_) missing_ = name;
  }
  // The first name that was not found; null when all were.
  const char* missing() const { return missing_; }

 private:
  void* library_;
  const char* missing_ = nullptr;
};

}  // namespace cudal1::gpu
