// --spec: a bare kernel described by T1 JSON, the autotuning community's problem format
// (kernel_tuner, KTT).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cudal1/program/program.h"

namespace cudal1::program {

struct T1Task {
  std::string kernel_path;  // KernelFile, relative to the specification's folder
  std::vector<TuneParam> tune;
  std::vector<std::string> conditions;  // T1 expressions over the tune parameters
  // #ifndef/#define and `#pragma kernel tune` lines of `tune`, to be put before the kernel file's
  // text.
  std::string tune_text;
  // Host-language text that declares `forward` and `inputs` for the kernel, to be appended to the
  // kernel file.
  std::string host_text;
};

// `overrides`: NAME=value from the command line, for sizes and scalars. Never guesses: what is
// missing is named. DataError with JSON path for malformed files.
T1Task read_t1(const std::string& path, std::string_view json,
               const std::map<std::string, std::string>& overrides);

// Evaluates a T1 expression (Python's + - * / // % **, comparisons, and/or/not, min, max, lists,
// range) to a number. DataError names the expression and the position.
double evaluate_t1(std::string_view expression, const std::map<std::string, double>& variables);

}  // namespace cudal1::program
