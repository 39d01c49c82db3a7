// The last word on winners: without it the report would be the maximum of noisy numbers.
#pragma once

#include "cudal1/search/search.h"

namespace cudal1::search {

// Fills in best, confirmation, confirmed and passed_over.
void confirm_best(const evaluate::Task& task, evaluate::Evaluator& evaluator,
                  const SearchOptions& options, Outcome& outcome);

}  // namespace cudal1::search
