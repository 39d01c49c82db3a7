// What check found, per file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cudal1/cli/style.h"
#include "cudal1/program/source.h"

namespace cudal1::cli {

struct CheckedFile {
  std::string path;
  bool readable = true;
  std::string entry;  // "forward", "--call", or the names of the judged functions
  std::vector<std::string> kernels;
  std::optional<program::Diagnostic> error;
  std::string rendered;  // the error with its source line
  bool ok() const { return !error; }
};

std::string render_checked(const CheckedFile& file, const Style& style);
std::string render_check_summary(const std::vector<CheckedFile>& files, const Style& style);
std::string check_to_json(const std::vector<std::string>& argv,
                          const std::vector<CheckedFile>& files);

}  // namespace cudal1::cli
