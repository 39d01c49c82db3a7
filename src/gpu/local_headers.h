// The files beside a program that its source includes. Whoever asks for a compilation reads them
// and sends them along: the process that compiles can open no file but the toolkit's headers.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cudal1/gpu/compiler.h"

namespace cudal1::gpu {

// What `source` at `path` includes by "name" from its own folder or one below, transitively: name
// as written → text. A file that is reached by several names is text under one of them and an
// #include of that one under the others. A name that leads out of the folder, or to something that
// is no header, gets an #error: whether there is such a file is not looked at. Names that are not
// found are left to the compiler.
using LocalHeaders = std::map<std::string, std::string>;
LocalHeaders local_headers(std::string_view source, const std::string& path);

// Those of the request; where it brings none, those found on disk.
LocalHeaders headers_of(const CompileRequest& request);
// Names and texts in one, to look for words in and to hash.
std::string text_of(const LocalHeaders& headers);

// The reason in the #error of a refused name.
extern const char* const kRefusedInclude;
// Puts the line of the directive where the error is a refused name, and says what can be included
// where a name was not found.
void explain_include(std::string_view source, CompileError& error);

}  // namespace cudal1::gpu
