// What a program says about itself is shown, never obeyed: a terminal takes control characters for
// orders.
#pragma once

#include <string>
#include <string_view>

namespace cudal1 {

// `text` with every control character but newline and tab spelled out: "\x1b".
std::string visible(std::string_view text);

}  // namespace cudal1
