// When a request is worth another attempt, and how long to wait for it.
#pragma once

#include <chrono>

#include "cudal1/core/rng.h"

namespace cudal1::policy {

bool is_passing(long status);  // 408, 409, 429 and 5xx

class Backoff {
 public:
  explicit Backoff(std::chrono::milliseconds first) : first_(first), rng_(secret_seed()) {}
  // Doubled with each attempt, up to a minute; between half of it and all of it, so that many who
  // failed together do not come back together. Never less than the server asks for, up to ten
  // minutes.
  std::chrono::milliseconds delay(int failures, std::chrono::seconds asked_for);

 private:
  std::chrono::milliseconds first_;
  Rng rng_;
};

}  // namespace cudal1::policy
