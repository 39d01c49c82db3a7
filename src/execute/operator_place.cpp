#include "operator_place.h"

#include <ATen/ATen.h>

#include "cudal1/execute/executor.h"
#include "cudal1/execute/place.h"

namespace cudal1::execute {
namespace {

std::optional<c10::Device> written_device(const Value& value) {
  if (value.is<c10::Device>()) return value.as<c10::Device>();
  if (!value.is<c10::TensorOptions>()) return std::nullopt;
  return value.as<c10::TensorOptions>().device_opt();
}

std::vector<at::Tensor> tensors_of(const Values& arguments) {
  std::vector<at::Tensor> all;
  for (const Value& value : arguments)
    for (const at::Tensor& tensor : tensors_in(value))
      if (tensor.defined() && !tensor.unsafeGetTensorImpl()->is_wrapped_number())
        all.push_back(tensor);
  return all;
}

bool shares_storage(const at::Tensor& result, const std::vector<at::Tensor>& inputs) {
  for (const at::Tensor& input : inputs)
    if (input.has_storage() && result.storage().is_alias_of(input.storage())) return true;
  return false;
}

}  // namespace

void place_results(const Values& arguments, torch::jit::Stack& stack) {
  std::optional<c10::Device> device;
  for (const Value& value : arguments)
    if (!device) device = written_device(value);
  const std::vector<at::Tensor> inputs = tensors_of(arguments);
  bool host = true;  // where nothing says otherwise, tensors are made on the CPU
  for (const at::Tensor& input : inputs) host &= is_left_on_host(input);
  if (device) host = device->is_cpu();
  const auto place = [&](at::Tensor result) {
    if (!result.defined() || !result.has_storage()) return result;
    if (device && is_left_on_host(result) != host && shares_storage(result, inputs))
      result = result.clone();
    if (host) leave_on_host(result);
    return result;
  };
  for (c10::IValue& value : stack) {
    if (value.isTensor()) value = place(value.toTensor());
    if (value.isTensorList())
      for (const at::Tensor& tensor : value.toTensorVector()) place(tensor);
  }
}

}  // namespace cudal1::execute
