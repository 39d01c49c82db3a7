// A measurement's figures as people read them.
#pragma once

#include <string>

#include "cudal1/cli/style.h"
#include "cudal1/evaluate/verdict.h"

namespace cudal1::cli {

// "  name                    value"
std::string detail(const std::string& name, const std::string& value);
std::string render_measurement(const evaluate::Measurement& measurement, const Style& style);
// What a search's confirmation knows and its trials do not: energy, other shapes.
std::string render_confirmation(const evaluate::Measurement& measurement, const Style& style);
// Empty where it is not known.
std::string render_noise_floor(const evaluate::Measurement& measurement, const std::string& of);

}  // namespace cudal1::cli
