// What a run starts from, without torch: the tokenizer, the shape of the model, the examples.
#pragma once

#include <optional>
#include <vector>

#include "cudal1/train/examples.h"
#include "cudal1/train/train_config.h"

namespace cudal1::train {

struct Ingredients {
  model::Tokenizer tokenizer;
  model::ModelConfig shape;
  model::Token end;  // of a completion
  std::vector<Example> examples, heldout;
  std::optional<model::LoraShape> adapter;  // that is trained

  int64_t tokens() const;  // that one epoch reads
};
// DataError for what does not fit together: tokens that the model does not know, nothing to learn.
Ingredients gather(const TrainConfig& config);
// Of one step after the other until config.epochs are over.
int64_t steps_of(const TrainConfig& config, const Ingredients& ingredients);

}  // namespace cudal1::train
