// Patterns of tokenizer.json are written for Oniguruma. Where PCRE2 understands one differently, a
// wrong split would pass unnoticed: what means the same to both is let through or rewritten,
// anything else refused.
//
// One thing is left to the PCRE2 at hand: which characters are letters and numbers. Version 10.42
// knows those of Unicode 14, on which the two agree; to it younger ones are neither.
#pragma once

#include <string>
#include <string_view>

namespace cudal1::model {

// The same pattern for PCRE2 with UTF and UCP. std::invalid_argument, saying what is not taken.
std::string pcre_of(std::string_view oniguruma);

}  // namespace cudal1::model
