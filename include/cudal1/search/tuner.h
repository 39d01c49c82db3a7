// The tuner: tries settings of a program's tune parameters, and other block sizes where the host
// side makes that safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cudal1/program/program.h"
#include "cudal1/search/proposer.h"

namespace cudal1::search {

struct TunerOptions {
  size_t exhaustive_limit = 256;  // spaces up to this size are tried whole, in random order
  size_t budget = 0;              // evaluations there will be; 0: unknown, taken as the limit
  uint64_t seed = 0;
  // Settings that may be tried (conditions of a T1 problem); empty: all.
  std::function<bool(const program::TuneSetting&)> accept;
};

// Beyond the limit: a random third of the budget, then the neighbourhood (one parameter changed to
// an adjacent value) of the best so far; a local optimum restarts from random settings. Parameters
// that the task fixes stay fixed. Deterministic for a seed and the same evaluations. `task` and
// `program` must outlive the tuner.
std::unique_ptr<Proposer> make_tuner(const evaluate::Task& task, const program::Program& program,
                                     const TunerOptions& options);

// A block size that may be changed by rewriting the source: literals (written in the launch, or one
// that a host variable or a macro stands for) that are the launch's block extent in x and from
// which the grid is computed, and kernels that read blockDim.x and contain nothing that ties them
// to the size. When unsure: not one.
struct BlockSize {
  struct Literal {
    program::SourcePos pos;
    int length = 0;      // characters
    int64_t offset = 0;  // it is written as value + offset: -1 for 255 in (n + 255) / 256
  };
  std::vector<Literal> literals;  // in source order, not empty
  int64_t value = 0;
  std::string name;     // of the variable or macro; empty: written in the launch
  std::string kernels;  // "scale" or "scale, shift", for messages
};
std::vector<BlockSize> find_block_sizes(const program::Program& program);

// The source with the i-th block size changed to the i-th of `values`.
std::string with_block_sizes(const program::Program& program, const std::vector<BlockSize>& where,
                             const std::vector<int64_t>& values);

}  // namespace cudal1::search
