// The syntax tree as S-expressions, so that a test shows its whole shape in one line.
#pragma once

#include <string>

#include "cudal1/program/program.h"

namespace cudal1::program {

std::string dump(const Expr& expr);
std::string dump(const Stmt& stmt);
std::string dump(const TemplateArg& arg);

// The program, or an exception with the rendered error.
Program parsed(const std::string& source, const ParseOptions& options = {});

// The body of the only host function of that name; throws with the rendered error.
const Function& function_of(const Program& program, const std::string& name);

// Statements of `void f() { text }` in a file that also declares `declarations`.
std::string dump_body(const std::string& text, const std::string& declarations = "");

// "line:column: message [accepted]" of the error in that function, or of the file; "ok" when there
// is none.
std::string error_in(const std::string& source, const std::string& function = "");

}  // namespace cudal1::program
