// How the next token is chosen, and when a text ends.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cudal1/model/tokenizer.h"

namespace cudal1::model {

// Applied in this order: repetition, temperature, top-k, top-p, min-p; as transformers does.
struct Sampling {
  double repetition_penalty =
      1;  // > 1: logits of tokens that occurred are divided (negative: multiplied) by it
  double temperature = 1;  // 0: always the most likely token
  int64_t top_k = 0;       // the most likely so many; 0: all
  double top_p = 1;        // the fewest most likely that have this probability together
  double min_p = 0;        // at least this times the most likely's probability
  int64_t max_tokens = 512;
  std::vector<std::string> stop;  // texts that end it; not part of what is returned
  bool ignore_end = false;        // goes on after end-of-text tokens: to measure speed
};

enum class Finish { kStop, kLength, kInterrupted };
const char* name_of(Finish finish);  // "stop", "length", "interrupted"

struct Generated {
  std::vector<Token> tokens;    // without the token that ended it
  std::vector<float> logprobs;  // of each, under the model itself: temperature 1, nothing left out
  std::string text;
  Finish finish = Finish::kLength;
};

}  // namespace cudal1::model
