#include "cudal1/execute/place.h"

namespace cudal1::execute {
namespace {

// PyTorch sets this flag on storages of CUDA that another process shares: on the CPU it is free.
bool can_be_marked(const at::Tensor& tensor) {
  return tensor.defined() && tensor.has_storage() && tensor.is_cpu();
}

}  // namespace

bool is_left_on_host(const at::Tensor& tensor) {
  return can_be_marked(tensor) && tensor.storage().unsafeGetStorageImpl()->received_cuda();
}

void leave_on_host(const at::Tensor& tensor) {
  if (can_be_marked(tensor)) tensor.storage().unsafeGetStorageImpl()->set_received_cuda(true);
}

void place_like(const at::Tensor& original, const at::Tensor& copy) {
  if (is_left_on_host(original)) leave_on_host(copy);
}

}  // namespace cudal1::execute
