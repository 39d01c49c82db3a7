#include "sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>
#include <vector>

#include "race.h"

namespace cudal1::model {
namespace {

constexpr float kNone = -std::numeric_limits<float>::infinity();

double log_sum_exp(std::span<const float> logits) {
  const float most = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(double(logit - most));
  return double(most) + std::log(sum);
}

std::vector<float> penalised(const Sampling& sampling, std::span<const float> logits,
                             std::span<const Token> seen) {
  std::vector<float> all(logits.begin(), logits.end());
  if (sampling.repetition_penalty == 1) return all;
  const float penalty = float(sampling.repetition_penalty);
  for (const Token token : std::unordered_set<Token>(seen.begin(), seen.end())) {
    if (size_t(token) >= all.size()) continue;
    float& logit = all[size_t(token)];
    logit = logit > 0 ? logit / penalty : logit * penalty;
  }
  return all;
}

Token most_likely(const std::vector<float>& logits) {
  return Token(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

// The smallest logit whose tokens, with all above them, have `share` of the probability.
float nucleus(std::vector<float> kept, double share) {
  std::sort(kept.begin(), kept.end(), std::greater<>());
  const auto mass = [&](float logit) { return std::exp(double(logit - kept.front())); };
  double total = 0, reached = 0;
  for (const float logit : kept) total += mass(logit);
  for (const float logit : kept)
    if ((reached += mass(logit)) >= share * total) return logit;
  return kept.back();
}

// The smallest scaled logit that is not left out; equals of it stay, too.
float threshold(const Sampling& sampling, const std::vector<float>& scaled) {
  float least = kNone;
  if (sampling.top_k > 0 && size_t(sampling.top_k) < scaled.size()) {
    std::vector<float> sorted = scaled;
    const auto last = sorted.begin() + (sampling.top_k - 1);
    std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>());
    least = *last;
  }
  if (sampling.top_p < 1) {
    std::vector<float> kept;
    std::copy_if(scaled.begin(), scaled.end(), std::back_inserter(kept),
                 [&](float logit) { return logit >= least; });
    least = std::max(least, nucleus(std::move(kept), sampling.top_p));
  }
  if (sampling.min_p > 0)
    least = std::max(
        least, *std::max_element(scaled.begin(), scaled.end()) + std::log(std::min(1.0f, float(sampling.min_p))));
  return least;
}

Token first_to_arrive(const std::vector<float>& scaled, float least, const DrawPlace& place) {
  Token first = 0;
  float best = kNone;
  for (size_t i = 0; i < scaled.size(); ++i) {
    if (!(scaled[i] >= least)) continue;
    const float score = scaled[i] - std::log(race_time(place.seed, place.position, int32_t(i)));
    if (score > best) best = score, first = Token(i);
  }
  return first;
}

Token choose(const Sampling& sampling, std::vector<float> logits, const DrawPlace& place) {
  if (sampling.temperature <= 0) return most_likely(logits);
  const float inverse = 1.0f / float(sampling.temperature);
  for (float& logit : logits) logit *= inverse;
  return first_to_arrive(logits, threshold(sampling, logits), place);
}

}  // namespace

const char* name_of(Finish finish) {
  switch (finish) {
    case Finish::kStop:
      return "stop";
    case Finish::kLength:
      return "length";
    case Finish::kInterrupted:
      return "interrupted";
  }
  return "";
}

Drawn draw(const Sampling& sampling, std::span<const float> logits, const DrawPlace& place) {
  const Token token = choose(sampling, penalised(sampling, logits, place.seen), place);
  return {token, float(double(logits[size_t(token)]) - log_sum_exp(logits))};
}

}  // namespace cudal1::model
