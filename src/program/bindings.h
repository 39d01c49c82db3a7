// What PYBIND11_MODULE and TORCH_LIBRARY blocks bind.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "program/names.h"
#include "program/split.h"

namespace cudal1::program {

struct Bindings {
  std::map<std::string, std::string> functions;  // bound name → function
  std::optional<Diagnostic> refused;  // a binding of something that is no function, if any
};

void read_bindings(const Tokens& tokens, const Item& item, const Names& names, Bindings* bindings);

}  // namespace cudal1::program
