// The host side's view of a file: conditionals decided, macros expanded.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cudal1/program/program.h"
#include "program/macro.h"

namespace cudal1::program {

// One #include of the file, active or not: bytes [begin, end) are the directive.
struct IncludeLine {
  std::string header;  // <torch/extension.h> or "name.h" without its brackets
  size_t begin = 0, end = 0;
};

// One #define NAME value: bytes [value_begin, value_end) are the value.
struct DefineLine {
  SourcePos pos;
  std::string name;
  bool guarded = false;  // directly inside #ifndef NAME
  size_t value_begin = 0, value_end = 0;
};

// Bytes [begin, end) of a line that starts with '#', its continuations included.
struct DirectiveLine {
  size_t begin = 0, end = 0;
};

struct Preprocessed {
  Tokens tokens;  // the last one is kEnd
  MacroTable macros;
  std::vector<IncludeLine> includes;
  std::vector<DefineLine> defines;
  std::vector<DirectiveLine> directives;
  std::vector<DirectiveLine> tune_pragmas;
  std::vector<TuneParam> tune_params;
  TuneSetting tune;  // in force
};

// Throws SyntaxError: bad directives, unbalanced conditionals, #error, bad tune pragmas, unknown
// tune names.
Preprocessed preprocess(const Tokens& raw, const ParseOptions& options);

// Whether the device compiler has no use for this header (torch, host parts of the standard library
// …).
bool is_host_only_header(const std::string& header);

}  // namespace cudal1::program
