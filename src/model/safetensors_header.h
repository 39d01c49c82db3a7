// The JSON header of a safetensors file, read as it comes: what is not in the grammar ends the
// reading.
//   {"__metadata__": {"format": "pt"}, "weight": {"dtype": "F32", "shape": [2, 3], "data_offsets":
//   [0, 24]}}
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/model/safetensors.h"

namespace cudal1::model {

// Bytes from `begin` to before `end`, counted from the end of the header.
struct HeaderEntry {
  ElementType type = ElementType::kF32;
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;
};

struct SafetensorsHeader {
  std::map<std::string, HeaderEntry> tensors;
  std::map<std::string, std::string> metadata;
};

inline constexpr uint64_t kMaxHeaderBytes = 100'000'000;
inline constexpr char kMetadataKey[] = "__metadata__";

// DataError for any other structure. Sizes and offsets are read, not believed.
SafetensorsHeader parse_header(std::string_view text, const std::string& name);

// Elements times their size; nothing where that leaves an int64_t.
bool bytes_of(ElementType type, const std::vector<int64_t>& shape, uint64_t& bytes);

}  // namespace cudal1::model
