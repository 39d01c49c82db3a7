#include "cudal1/core/rng.h"

#include <sys/random.h>

#include "cudal1/core/error.h"
#include "cudal1/core/mix.h"

namespace cudal1 {

uint64_t Rng::next() { return mixed(state_ += 0x9e3779b97f4a7c15ull); }

uint64_t Rng::below(uint64_t bound) {
  const uint64_t first_unbiased = (0 - bound) % bound;  // 2^64 mod bound
  uint64_t value = next();
  while (value < first_unbiased) value = next();
  return value % bound;
}

double Rng::uniform() { return double(next() >> 11) * 0x1.0p-53; }

uint64_t secret_seed() {
  uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
    throw EnvironmentError("the kernel gave no random bytes (getrandom failed)");
  return seed;
}

}  // namespace cudal1
