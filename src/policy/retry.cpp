#include "policy/retry.h"

#include <algorithm>

namespace cudal1::policy {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMostOwn = std::chrono::minutes(1), kMostAsked = std::chrono::minutes(10);

}  // namespace

bool is_passing(long status) {
  return status == 408 || status == 409 || status == 429 || (status >= 500 && status <= 599);
}

milliseconds Backoff::delay(int failures, std::chrono::seconds asked_for) {
  const double full = double(first_.count()) * double(1 << std::clamp(failures - 1, 0, 20));
  const double bounded = std::min(full, double(kMostOwn.count()));
  const milliseconds own(int64_t(bounded * (0.5 + 0.5 * rng_.uniform())));
  // Compared as seconds: a server may ask for more than milliseconds can count.
  const auto asked = std::clamp<std::chrono::seconds>(
      asked_for, std::chrono::seconds(0),
      std::chrono::duration_cast<std::chrono::seconds>(kMostAsked));
  return std::max<milliseconds>(own, asked);
}

}  // namespace cudal1::policy
