// Where a GPU run would have a tensor. On the PTX machine all of them lie in CPU memory; those that
// a program left on the CPU carry a mark on their storage, which views share.
#pragma once

#include <ATen/core/Tensor.h>

namespace cudal1::execute {

bool is_left_on_host(const at::Tensor& tensor);
void leave_on_host(const at::Tensor& tensor);
// A copy of `original` is where the original is.
void place_like(const at::Tensor& original, const at::Tensor& copy);

}  // namespace cudal1::execute
