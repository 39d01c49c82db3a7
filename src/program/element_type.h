// C++ element types as tensors hold them.
#pragma once

#include <optional>
#include <string>

namespace cudal1::program {

struct ElementType {
  std::string dtype;    // "torch::kFloat32"
  std::string storage;  // what data_ptr<…> takes: "at::Half"
  int lanes = 1;        // float4: 4
  bool is_floating = true;
  bool is_bool = false;
};

// "float", "__half2", "unsigned int", "int4" …; nothing for void, structs and unknown names.
std::optional<ElementType> element_type(const std::string& name);

}  // namespace cudal1::program
