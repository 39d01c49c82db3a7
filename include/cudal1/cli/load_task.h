// FILE, --reference, --call, --spec, --tune → a task and a candidate, parsed and complete.
#pragma once

#include <string>
#include <vector>

#include "cudal1/cli/invocation.h"
#include "cudal1/core/error.h"
#include "cudal1/evaluate/evaluation.h"
#include "cudal1/program/program.h"

namespace cudal1::cli {

struct LoadedTask {
  evaluate::Task task;            // what is to be matched and beaten
  evaluate::Candidate candidate;  // the given file
  std::string path;               // of the given file
  bool has_reference = false;     // the task's program is another file
};

// The text breaks the rules of the language.
struct UnusableProgram : DataError {
  UnusableProgram(program::Diagnostic first, const std::string& what, std::string advice)
      : DataError(what, std::move(advice)), diagnostic(std::move(first)) {}
  program::Diagnostic diagnostic;  // the first
};

// The given file is judged: only the reference must be right.
LoadedTask load_for_eval(const Invocation& invocation);
// The given file is the start of a search: it must be right, too.
LoadedTask load_for_optimize(const Invocation& invocation);

// Reads a program's text: at most 16 MiB, no NUL bytes. DataError.
std::string read_program(const std::string& path);
// Parses and checks everything that can be known without a device. DataError shows the place in the
// source.
program::Program require_program(const std::string& path, const std::string& source,
                                 const std::optional<program::CallRequest>& call,
                                 const program::TuneSetting& tune);

}  // namespace cudal1::cli
