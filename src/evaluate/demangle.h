#pragma once

#include <string>

namespace cudal1::evaluate {

// Device messages name kernels as the module does: people know them by what they wrote.
std::string demangled(const std::string& text);

}  // namespace cudal1::evaluate
