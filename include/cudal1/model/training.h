// What makes the forward pass fit for training: losses without all logits at once, layers that are
// run again instead of kept.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <vector>

#include "cudal1/model/transformer.h"

namespace cudal1::model {

// log p(targets[i] | rows[i]) in float32, [N]: of rows [N, hidden] and the head [vocab, hidden],
// both with gradients. At most `chunk` rows have logits at any time, forward and backward: as many
// as suit the device unless given. `kernels`: null on a CPU.
at::Tensor token_logprobs(const Kernels* kernels, const at::Tensor& rows, const at::Tensor& head,
                          const at::Tensor& targets, std::optional<int64_t> chunk = std::nullopt);

using Run = std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)>;

// run(inputs) without what its gradient needs: that is computed again, from `inputs`, when it is
// asked for. `run` must give the same each time; parameters that it uses get their gradients.
std::vector<at::Tensor> recomputed(const Run& run, const std::vector<at::Tensor>& inputs);

}  // namespace cudal1::model
