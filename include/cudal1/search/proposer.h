// Where candidates come from: the tuner now, the language-model policy later.
#pragma once

#include <cstddef>
#include <vector>

#include "cudal1/evaluate/evaluation.h"

namespace cudal1::search {

class Proposer {
 public:
  virtual ~Proposer() = default;
  // Up to `count` new candidates, none proposed before; empty when there is nothing left to try.
  virtual std::vector<evaluate::Candidate> propose(size_t count) = 0;
  virtual void observe(const evaluate::Candidate& candidate,
                       const evaluate::Evaluation& evaluation) = 0;
  // Size of the space, 0 when unbounded: for progress and --dry-run.
  virtual size_t space() const = 0;
};

}  // namespace cudal1::search
