// The names that check_host accepts beyond the ATen operators and the file's own, for whoever has
// to keep up with it.
#pragma once

#include <string>
#include <vector>

namespace cudal1::program {

struct AcceptedMember {
  std::string owner;  // "tensor", "vector", …: what kind of object has it; "std::" of a function
  std::string name;
  int arguments = 0;  // at least
};

std::vector<AcceptedMember> accepted_functions();
std::vector<AcceptedMember> accepted_methods();
std::vector<AcceptedMember> accepted_fields();
std::vector<std::string> accepted_constants();

}  // namespace cudal1::program
