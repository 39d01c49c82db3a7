// The fields "model" and "added_tokens" of tokenizer.json.
#pragma once

#include "fields.h"
#include "tokenizer_parts.h"

namespace cudal1::model {

// vocabulary, byte_tokens, merges, ignore_merges.
void read_vocabulary(const Fields& model, TokenizerParts& parts);
// After the vocabulary: ids must agree with it.
void read_added_tokens(const Fields& file, const std::string& name, TokenizerParts& parts);

}  // namespace cudal1::model
