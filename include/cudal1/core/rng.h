// Random numbers: SplitMix64 (Steele, Lea, Flood 2014) where reproducible, getrandom(2) where secret.
#pragma once

#include <cstdint>

namespace cudal1 {

class Rng {
 public:
  explicit Rng(uint64_t seed) : state_(seed) {}
  uint64_t next();
  // Uniform in [0, bound), bound > 0, without modulo bias.
  uint64_t below(uint64_t bound);
  double uniform();  // [0, 1)

 private:
  uint64_t state_;
};

// Unpredictable to a candidate: from the kernel's entropy pool.
uint64_t secret_seed();

}  // namespace cudal1
