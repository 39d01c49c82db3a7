// Unicode's normal form C.
#pragma once

#include <string>
#include <string_view>

namespace cudal1::model {

// `text` (valid UTF-8) in NFC: itself where it is so already, else what is put into `buffer`.
std::string_view normal_form(std::string_view text, std::string& buffer);

}  // namespace cudal1::model
