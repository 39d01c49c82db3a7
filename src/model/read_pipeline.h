// What tokenizer.json does to a text before and after the merges.
#pragma once

#include "fields.h"
#include "tokenizer_parts.h"

namespace cudal1::model {

bool reads_nfc(const Fields& file);  // "normalizer"
std::vector<SplitPattern> read_patterns(const Fields& file,
                                        const std::string& name);  // "pre_tokenizer"
void check_decoder(const Fields& file);
// "post_processor", after the vocabulary and the added tokens. Fills `before` and `after`.
void read_template(const Fields& file, TokenizerParts& parts);

}  // namespace cudal1::model
