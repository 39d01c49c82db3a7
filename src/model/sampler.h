// Draws a token from a row of logits, on the host. kernels/sample.cu draws the same on a GPU.
#pragma once

#include <span>

#include "cudal1/model/sampling.h"

namespace cudal1::model {

struct Drawn {
  Token token = 0;
  float logprob = 0;  // under softmax of the logits as given
};

// What a draw depends on beside the logits.
struct DrawPlace {
  uint64_t seed = 0;
  int64_t position = 0;         // of the token before, in its text
  std::span<const Token> seen;  // the text so far, with its prompt: for the repetition penalty
};

// logits: [vocab]
Drawn draw(const Sampling& sampling, std::span<const float> logits, const DrawPlace& place);

}  // namespace cudal1::model
