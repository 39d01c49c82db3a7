// With --reference the search starts from the reference: the given file is then the first
// candidate.
#pragma once

#include <memory>

#include "cudal1/search/proposer.h"

namespace cudal1::cli {

std::unique_ptr<search::Proposer> given_first(evaluate::Candidate given,
                                              std::unique_ptr<search::Proposer> rest);

}  // namespace cudal1::cli
