// What people see while a search runs.
#pragma once

#include <functional>

#include "cudal1/cli/progress.h"
#include "cudal1/cli/screen.h"
#include "cudal1/search/search.h"

namespace cudal1::cli {

// To be called after every trial. `space`: of the proposer, 0 when unknown.
std::function<void(const search::State&, const search::Trial&)> show_trials(
    Screen& screen, Progress& progress, const Settings& settings, size_t space);

}  // namespace cudal1::cli
