// Settings → what the evaluator is to do.
#pragma once

#include "cudal1/cli/settings.h"
#include "cudal1/evaluate/evaluator.h"

namespace cudal1::cli {

evaluate::EvaluationOptions evaluation_options(const Settings& settings);

}  // namespace cudal1::cli
