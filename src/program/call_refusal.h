#pragma once

#include <string>
#include <utility>

#include "program/token.h"

namespace cudal1::program {

// What --call asks for cannot be done. Without a position: the file has nothing to show for it.
[[noreturn]] inline void refuse_call(std::string message, std::string accepted = "") {
  throw SyntaxError{{{}, "--call: " + std::move(message), std::move(accepted)}};
}

}  // namespace cudal1::program
