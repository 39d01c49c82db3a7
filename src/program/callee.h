// What --call calls: a kernel or a host function.
#pragma once

#include <string>
#include <vector>

#include "cudal1/program/program.h"
#include "program/call_expression.h"

namespace cudal1::program {

struct Callee {
  const std::vector<Param>* params = nullptr;
  const std::vector<TemplateParam>* template_params = nullptr;
  std::string name;
  bool returns_result = false;  // a tensor, or several
};

// Throws SyntaxError where the file has no such callee, or one that takes another number of
// arguments.
Callee find_callee(const Program& program, const CallExpression& call);

}  // namespace cudal1::program
