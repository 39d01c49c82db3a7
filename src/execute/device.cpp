#include "cudal1/execute/device.h"

#include <cstring>

namespace cudal1::execute {

void KernelArguments::add(const void* data, uint32_t size, uint32_t alignment) {
  while (bytes.size() % alignment) bytes.push_back(std::byte{0});
  slots.push_back({uint32_t(bytes.size()), size});
  const auto* raw = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), raw, raw + size);
}

}  // namespace cudal1::execute
