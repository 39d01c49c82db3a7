// A line of a recording, written and read.
#pragma once

#include <string>
#include <vector>

#include "cudal1/policy/policy.h"

namespace cudal1::policy {

struct RecordedLine {
  std::string key;
  std::vector<Completion> completions;
};

std::string to_json(const RecordedLine& line);
// DataError that begins with `name`: the file and the number of the line.
RecordedLine recorded_line(const std::string& text, const std::string& name);

}  // namespace cudal1::policy
