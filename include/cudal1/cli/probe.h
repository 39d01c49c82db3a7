// Looks at this machine for doctor. Changes nothing.
#pragma once

#include <vector>

#include "cudal1/cli/doctor_report.h"

namespace cudal1::cli {

std::vector<Finding> probe_machine();

}  // namespace cudal1::cli
