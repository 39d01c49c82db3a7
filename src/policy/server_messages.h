// OpenAI's protocol: what is sent, what comes back.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cudal1/policy/policy.h"

namespace cudal1::policy {

// "/chat/completions" or "/completions".
const char* path_of(const Question& question);
// Asks for as many answers as there are seeds. Only one is sent, as no server takes several.
std::string request_body(const std::string& model, const Question& question,
                         std::span<const uint64_t> seeds);
// At least one, in the order of their "index". DataError where `body` is no answer.
std::vector<Completion> completions_in(const std::string& body);
// What a server says about its refusal: {"error": {"message"}} and its variants, else all of it.
std::string refusal_in(const std::string& body);

}  // namespace cudal1::policy
