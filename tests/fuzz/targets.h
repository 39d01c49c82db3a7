// What is fuzzed: each takes any bytes and must come back, whatever it thinks of them.
#pragma once

#include <string_view>

namespace cudal1::fuzz {

void program(std::string_view bytes);      // a program file, with or without --call
void ptx(std::string_view bytes);          // a PTX module, its kernels run for a few instructions
void t1(std::string_view bytes);           // --spec
void protocol(std::string_view bytes);     // what workers say, and what lies on disk
void config(std::string_view bytes);       // a model's config.json
void safetensors(std::string_view bytes);  // a model's weights
void tokenizer(std::string_view bytes);    // tokenizer.json, and a text

}  // namespace cudal1::fuzz
