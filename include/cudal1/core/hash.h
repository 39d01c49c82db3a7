// Content hashes. SHA-256 (FIPS 180-4), because cache keys are computed over hostile sources.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace cudal1 {

class Sha256 {
 public:
  Sha256();
  // Appends the bytes of `data`. `field` also appends its length, so that two fields never run together.
  Sha256& update(std::string_view data);
  Sha256& field(std::string_view data);
  // 64 lower-case hexadecimal digits. The object must not be used afterwards.
  std::string hex();

 private:
  void block(const uint8_t* bytes);
  std::array<uint32_t, 8> state_;
  std::array<uint8_t, 64> pending_;
  uint64_t length_ = 0;  // bytes so far
};

std::string sha256_hex(std::string_view data);

}  // namespace cudal1
