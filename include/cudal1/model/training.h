// What makes the forward pass fit for training: losses without all logits at once, layers that are
// run again instead of kept.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

#include "cudal1/model/transformer.h"

namespace cudal1::model {

// log p(targets[i] | rows[i]) in float32, [N]: of rows [N, hidden] and the head [vocab, hidden],
// both with gradients. At most `chunk` rows have logits at any time, forward and backward.
at::Tensor token_logprobs(const at::Tensor& rows, const at::Tensor& head, const at::Tensor& targets,
                          int64_t chunk = 1024);

// run(input) without what its gradient needs: that is computed again, from `input`, when it is
// asked for. `run` must give the same each time; parameters that it uses get their gradients.
at::Tensor recomputed(const std::function<at::Tensor(const at::Tensor&)>& run,
                      const at::Tensor& input);

}  // namespace cudal1::model
