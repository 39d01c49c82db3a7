// Static checks of the host side: everything the entry reaches is known, well-typed and accepted.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/program/program.h"

namespace cudal1::program {

// The operators of the ATen dispatcher, as data, so that this room needs no torch.
struct OperatorArg {
  std::string name;
  std::string
      type;  // as in the schema: "Tensor", "Scalar", "int", "int[2]", "float?", "ScalarType?", …
  bool has_default = false;
  bool keyword_only = false;
};
struct OperatorSchema {
  std::string overload;
  std::vector<OperatorArg> args;
  std::vector<std::string> returns;
};
struct OperatorCatalog {
  std::map<std::string, std::vector<OperatorSchema>, std::less<>>
      operators;  // "add" → overloads (aten:: only)
  std::map<std::string, std::string, std::less<>>
      refused;  // name → why (files, threads, global state)
};

// Findings for the functions named in `roots` and everything they reach, in source order; empty
// means accepted. Without a catalog, operator names and arity are not checked.
std::vector<Diagnostic> check_host(const Program& program, const std::vector<std::string>& roots,
                                   const OperatorCatalog* catalog);

// What `cudal1 check` judges: the entry and all input functions, or without an entry every host
// function that launches a kernel (directly or through others).
std::vector<std::string> roots_to_check(const Program& program);

// Kernel instantiations that the reached host code names, as NVRTC name expressions ("scale",
// "softmax<float, 256>"). Types that only a run decides (scalar_t, a template parameter) are taken
// as float / the first covered scalar type; value parameters that cannot be known are left out
// together with their launch.
std::vector<std::string> guess_instantiations(const Program& program,
                                              const std::vector<std::string>& roots);

}  // namespace cudal1::program
