#include "cudal1/execute/device.h"

#include <cstring>

namespace cudal1::execute {

void KernelArguments::add(const void* data, uint32_t size, uint32_t alignment) {
  while (bytes.size() % alignment) bytes.push_back(std::byte{0});
  slots.push_back({uint32_t(bytes.size()), size});
  const auto* raw = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), raw, raw + size);
}

std::optional<DeviceFault> refuse_variables(uint64_t bytes) {
  if (bytes <= kMaxVariableBytes) return std::nullopt;
  return DeviceFault{"module_state", "the module's variables have " + std::to_string(bytes >> 20) +
                                         " MiB; what calls leave in more than " +
                                         std::to_string(kMaxVariableBytes >> 20) +
                                         " MiB cannot be checked. Use tensors for so much"};
}

}  // namespace cudal1::execute
