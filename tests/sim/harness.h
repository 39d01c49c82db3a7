// Runs kernels of the PTX fixtures on host vectors.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "array.h"
#include "cudal1/core/files.h"
#include "cudal1/core/rng.h"
#include "cudal1/sim/machine.h"

namespace cudal1::sim::testing {

inline Module module_of(const std::string& text) {
  auto module = parse_ptx(text);
  EXPECT_TRUE(module.ok()) << "line " << module.error().line << ": " << module.error().message;
  return std::move(*module);
}

inline std::string fixture(const std::string& name) {
  return read_file(std::string(CUDAL1_SOURCE_DIR "/tests/sim/ptx/") + name);
}

// The number of the line of a fixture's source that carries "line: mark".
inline int line_of(const std::string& name, const std::string& mark) {
  const std::string text = fixture(name);
  const size_t at = text.find("line: " + mark);
  return at == std::string::npos
             ? -1
             : int(std::count(text.begin(), text.begin() + std::ptrdiff_t(at), '\n')) + 1;
}

// Collects arguments and regions, then launches.
class Kernel {
 public:
  Kernel(const Module& module, std::string name) : module_(module), name_(std::move(name)) {}

  template <typename T>
  Kernel& array(Array<T>& values) {
    memory_.add({uint64_t(values.data()), uint64_t(values.data() + values.size()),
                 "array " + std::to_string(arrays_++), true, ""});
    last_ = uint64_t(values.data());
    return value(uint64_t(values.data()));
  }
  template <typename T>
  Kernel& value(T value) {
    const size_t at = (params_.size() + sizeof(T) - 1) / sizeof(T) * sizeof(T);
    params_.resize(at + sizeof(T));
    std::memcpy(params_.data() + at, &value, sizeof(T));
    return *this;
  }
  // The array given last is not to be stored to.
  Kernel& protect(const std::string& what) {
    memory_.protect(last_, what);
    return *this;
  }
  Kernel& shared(uint32_t bytes) { return shared_ = bytes, *this; }

  LaunchResult launch(Dim3 grid, Dim3 block) {
    return run(module_, memory_, {name_, grid, block, shared_, params_}, options);
  }
  // Expects no fault.
  Counts ok(Dim3 grid, Dim3 block) {
    const LaunchResult result = launch(grid, block);
    EXPECT_FALSE(result.fault) << result.fault->message;
    return result.counts;
  }

  RunOptions options;

 private:
  const Module& module_;
  std::string name_;
  Memory memory_;
  std::vector<std::byte> params_;
  uint64_t last_ = 0;
  uint32_t shared_ = 0;
  int arrays_ = 0;
};

// Numbers that look random and are the same everywhere, in [-1, 1).
inline Array<float> noise(size_t n, uint64_t seed = 1) {
  Rng rng(seed);
  Array<float> values(n);
  for (float& v : values) v = float(rng.uniform() * 2 - 1);
  return values;
}

}  // namespace cudal1::sim::testing
