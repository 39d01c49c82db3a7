#include "cudal1/core/shorten.h"

namespace cudal1 {

std::string shortened(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  const auto continues = [&](size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  size_t kept = max_bytes;
  while (kept > 0 && max_bytes - kept < 4 && continues(kept)) --kept;
  return std::string(text.substr(0, kept)) + " [" + std::to_string(text.size() - kept) +
         " more bytes left out]";
}

}  // namespace cudal1
