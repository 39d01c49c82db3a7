// Device or host: which side a declaration belongs to.
#pragma once

#include "program/split.h"

namespace cudal1::program {

// Sets on_device and on_host from the item's kind, attributes and what it mentions.
void decide_sides(const Tokens& tokens, Item* item);

// Whether tokens [begin, end) name things that only host code has (torch, std::vector, streams …).
bool mentions_host(const Tokens& tokens, size_t begin, size_t end);

// The device side's text (see Program::device_source).
std::string make_device_source(const std::string& source, const Preprocessed& file,
                               const std::vector<Item>& items);

}  // namespace cudal1::program
