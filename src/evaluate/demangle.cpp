#include "demangle.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>

namespace cudal1::evaluate {

std::string demangled_name(const std::string& mangled) {
  int status = 0;
  char* plain = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
  const std::string shown = status == 0 ? plain : mangled;
  std::free(plain);
  return shown;
}

std::string demangled(const std::string& text) {
  const size_t begin = text.find("kernel _Z");
  if (begin == std::string::npos) return text;
  const size_t name = begin + 7, end = text.find_first_of(" ,)", name);
  const std::string shown = demangled_name(text.substr(name, end - name));
  return text.substr(0, name) + shown.substr(0, shown.find('(')) +
         text.substr(std::min(end, text.size()));
}

}  // namespace cudal1::evaluate
