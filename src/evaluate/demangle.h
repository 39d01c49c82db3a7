#pragma once

#include <string>

namespace cudal1::evaluate {

// Device messages name kernels as the module does: people know them by what they wrote.
std::string demangled(const std::string& text);
// Of a mangled name; of one that is not, itself.
std::string demangled_name(const std::string& mangled);

}  // namespace cudal1::evaluate
