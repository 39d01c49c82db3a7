// AdamW (Loshchilov and Hutter 2019) on master weights in single precision.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "cudal1/train/train_config.h"

namespace cudal1::train {

// Of parameters that have gradients. Those of a narrower type get a copy in single precision, which
// is what is updated; their gradients are summed up in single precision, too.
class AdamW {
 public:
  AdamW(std::vector<at::Tensor> parameters, const TrainConfig& config);

  // Takes what backward() has left: call it after every one.
  void collect();
  // Of all gradients together: a scalar on their device.
  at::Tensor norm() const;
  void clip(double norm);  // scales them down where it is larger than config.clip
  void step(double learning_rate);

  // By "master.3", "mean.3", "square.3", "step.3": everything that the next step depends on beside
  // the parameters. What is updated in place has no master.
  std::map<std::string, at::Tensor> state() const;
  void load(const std::map<std::string, at::Tensor>& state);  // as state() gave it, on any device

 private:
  void narrow_masters();
  std::vector<at::Tensor> parameters_, masters_, gradients_, means_, squares_, steps_;
  const TrainConfig config_;
};

}  // namespace cudal1::train
