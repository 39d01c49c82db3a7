// What became of the corpus: which cheats the judge caught, and whether it let every honest program
// pass.
#pragma once

#include <string>
#include <vector>

#include "cudal1/cli/style.h"
#include "cudal1/evaluate/evaluation.h"

namespace cudal1::cli {

struct JudgedCheat {
  std::string name, why;
  std::vector<std::string> acceptable;  // words of verdicts, and "harmless"
  evaluate::Evaluation evaluation, twin;
  bool caught() const;
};

struct JudgedHonest {
  std::string name;
  evaluate::Evaluation evaluation;
};

struct SelftestResult {
  std::vector<std::string> argv;
  std::string device;
  std::vector<JudgedCheat> cheats;
  std::vector<JudgedHonest> honest;  // twins and tasks
  bool ok() const;
};

std::string render_selftest(const SelftestResult& result, const Style& style);
std::string selftest_to_json(const SelftestResult& result);  // cudal1.selftest/1.0.0

}  // namespace cudal1::cli
