#include "sampler.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace cudal1::model {
namespace {

double log_sum_exp(std::span<const float> logits) {
  const float most = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const float logit : logits) sum += std::exp(double(logit - most));
  return double(most) + std::log(sum);
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

std::vector<Sampler::Candidate> Sampler::candidates(std::span<const float> logits,
                                                    std::span<const Token> seen) const {
  std::vector<Candidate> all(logits.size());
  for (size_t i = 0; i < logits.size(); ++i) all[i] = {logits[i], Token(i)};
  if (sampling_.repetition_penalty == 1) return all;
  const float penalty = float(sampling_.repetition_penalty);
  for (const Token token : std::unordered_set<Token>(seen.begin(), seen.end())) {
    if (size_t(token) >= all.size()) continue;
    float& logit = all[size_t(token)].logit;
    logit = logit > 0 ? logit / penalty : logit * penalty;
  }
  return all;
}

// Whoever is left out has no part in what follows. Of equal logits the smaller token comes first,
// so that the order in which a library sorts them does not matter.
Token Sampler::choose(std::vector<Candidate> candidates) {
  const auto before = [](const Candidate& a, const Candidate& b) {
    return a.logit != b.logit ? a.logit > b.logit : a.token < b.token;
  };
  const Candidate best = *std::min_element(candidates.begin(), candidates.end(), before);
  if (sampling_.temperature <= 0) return best.token;
  if (sampling_.top_k > 0 && size_t(sampling_.top_k) < candidates.size()) {
    std::nth_element(candidates.begin(), candidates.begin() + sampling_.top_k, candidates.end(),
                     before);
    candidates.resize(size_t(sampling_.top_k));
  }
  const double scale = 1 / sampling_.temperature;
  const auto weight = [&](const Candidate& one) {
    return std::exp(double(one.logit - best.logit) * scale);
  };
  if (sampling_.min_p > 0)
    std::erase_if(candidates, [&](const Candidate& one) { return weight(one) < sampling_.min_p; });
  // Neither order nor sum may depend on how the candidates were partitioned.
  std::sort(candidates.begin(), candidates.end(), before);
  double total = 0;
  for (const Candidate& one : candidates) total += weight(one);
  if (sampling_.top_p < 1) {
    double kept = 0;
    size_t count = 0;
    while (count < candidates.size() && kept < sampling_.top_p * total)
      kept += weight(candidates[count++]);
    candidates.resize(std::max<size_t>(1, count));
    total = kept;
  }
  double left = rng_.uniform() * total;
  for (const Candidate& one : candidates)
    if ((left -= weight(one)) < 0) return one.token;
  return candidates.back().token;
}

Drawn Sampler::draw(std::span<const float> logits, std::span<const Token> seen) {
  const Token token = choose(candidates(logits, seen));
  return {token, float(double(logits[size_t(token)]) - log_sum_exp(logits))};
}

}  // namespace cudal1::model
