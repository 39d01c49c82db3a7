// What eval tells people and programs.
#pragma once

#include <string>
#include <vector>

#include "cudal1/cli/style.h"
#include "cudal1/evaluate/evaluation.h"

namespace cudal1::cli {

struct EvalResult {
  std::vector<std::string> argv;
  std::string candidate_path, reference_path;
  std::string candidate_source;
  std::string device;
  evaluate::Evaluation evaluation;
};

std::string render_eval(const EvalResult& result, const Style& style);
std::string eval_to_json(const EvalResult& result);  // cudal1.eval/1.1.0

// "path:12: message", then line 12 of the source where it is known.
std::string render_failure(const evaluate::Verdict& verdict, const std::string& path,
                           const std::string& source);

}  // namespace cudal1::cli
