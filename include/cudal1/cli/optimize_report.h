// What optimize tells people and programs in the end.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "cudal1/cli/style.h"
#include "cudal1/search/search.h"

namespace cudal1::cli {

struct OptimizeResult {
  std::vector<std::string> argv;
  std::string input;      // path as given
  std::string reference;  // path; empty: the input itself
  std::string original_source, winner_source;
  std::filesystem::path output;  // empty: nothing better
  std::filesystem::path run_directory;
  std::string device;
  size_t space = 0;  // of the proposer, 0 when unknown
  const search::Outcome* outcome = nullptr;

  bool improved() const { return !output.empty(); }
  bool interrupted() const { return outcome->stopped_by == "interrupted"; }
};

std::string render_optimize(const OptimizeResult& result, const Style& style);
std::string optimize_to_json(const OptimizeResult& result);  // cudal1.optimize/1.1.0

}  // namespace cudal1::cli
