// The secret that a server asks for.
#pragma once

#include <string>

namespace cudal1::policy {

// Empty where the variable is not set. EnvironmentError where it cannot be a header's value,
// UsageError where `variable` is no name.
std::string key_from(const std::string& variable);
// `text` as a message may show it: the key replaced, then bounded, then nothing a terminal obeys.
std::string quotable(std::string text, const std::string& key);

}  // namespace cudal1::policy
