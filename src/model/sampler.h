// Draws a token from a row of logits.
#pragma once

#include <span>
#include <vector>

#include "cudal1/core/rng.h"
#include "cudal1/model/sampling.h"

namespace cudal1::model {

struct Drawn {
  Token token = 0;
  float logprob = 0;  // under softmax of the logits as given
};

// Of one text. `seen` holds the prompt's and the text's tokens so far, for the repetition penalty.
class Sampler {
 public:
  Sampler(const Sampling& sampling, uint64_t seed) : sampling_(sampling), rng_(seed) {}
  // logits: [vocab]
  Drawn draw(std::span<const float> logits, std::span<const Token> seen);

 private:
  struct Candidate {
    float logit;
    Token token;
  };
  std::vector<Candidate> candidates(std::span<const float> logits,
                                    std::span<const Token> seen) const;
  Token choose(std::vector<Candidate> candidates);

  const Sampling& sampling_;
  Rng rng_;
};

}  // namespace cudal1::model
