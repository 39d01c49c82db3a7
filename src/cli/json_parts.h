// Pieces that several JSON results share. Field names are part of the schemas in data/schemas/.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cudal1/evaluate/evaluation.h"

namespace cudal1::cli {

using Json = nlohmann::ordered_json;

// {"schema", "version", "argv"}: how every result begins.
Json result_head(const std::string& schema, const std::vector<std::string>& argv);
Json interval_json(const measure::Interval& interval);
// verdict, rule, message, line, and the measurement's figures or nulls.
Json evaluation_json(const evaluate::Evaluation& evaluation);
// Text that may not be UTF-8 (compiler logs, file names) is replaced, never refused.
std::string dumped(const Json& json);

}  // namespace cudal1::cli
