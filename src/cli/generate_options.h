// What the options of generate say: which policy, and what it is asked.
#pragma once

#include "cudal1/cli/settings.h"
#include "cudal1/policy/model_policy.h"
#include "cudal1/policy/server_policy.h"

namespace cudal1::cli {

// UsageError for what cannot be, before anything is loaded.
void refuse_nonsense(const Settings& settings);
policy::ModelOptions model_options(const Settings& settings);
policy::ServerOptions server_options(const Settings& settings);
policy::Question question_of(const Settings& settings, uint64_t seed);

}  // namespace cudal1::cli
