#include "cudal1/model/safetensors.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "cudal1/core/error.h"
#include "targets.h"

namespace cudal1::fuzz {
namespace {

// Every byte that a view claims is looked at, so that a sanitizer sees what lies outside.
void read(std::span<const std::byte> file) {
  std::map<std::string, std::string> metadata;
  try {
    unsigned sum = 0;
    for (const auto& [name, tensor] :
         model::parse_safetensors(file, "weights.safetensors", metadata))
      for (const std::byte one : tensor.bytes) sum += unsigned(one);
    [[maybe_unused]] volatile unsigned seen = sum;
  } catch (const Error&) {
  }
}

}  // namespace

// As they come, and as a header with its right length: a chance would seldom find one. What follows
// a newline is data.
void safetensors(std::string_view bytes) {
  read(std::as_bytes(std::span(bytes)));
  const uint64_t length = std::min(bytes.find('\n'), bytes.size());
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  file += bytes.substr(0, length);
  if (length < bytes.size()) file += bytes.substr(length + 1);
  read(std::as_bytes(std::span(file)));
}

}  // namespace cudal1::fuzz
