// Tokenizers and what others made of texts with them: see make_tokenizer_fixtures.py.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cudal1/model/tokenizer.h"

namespace cudal1::model {

nlohmann::json fixture(const std::string& name);
Tokenizer tokenizer_fixture(const std::string& name);
std::vector<Token> tokens_of(const nlohmann::json& ids);

// A tokenizer.json that is right: the 256 bytes (id = byte), "ab" (256), and <s> (257).
nlohmann::json small_tokenizer();

}  // namespace cudal1::model
