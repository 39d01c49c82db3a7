// How measured and predicted figures are written, everywhere alike.
#pragma once

#include <optional>
#include <string>

#include "cudal1/evaluate/verdict.h"

namespace cudal1::cli {

std::string show_speedup(
    const measure::Interval& speedup);   // "1.25× [1.24, 1.26]"; a prediction has no interval
std::string show_factor(double factor);  // "1.25×"
// "0.98 ms ± 0.4 %": median and relative median absolute deviation; without noise for a single
// sample.
std::string show_time(const std::vector<double>& samples_ns);
// Roofline floor over the candidate's time; nothing where the floor is unknown.
std::optional<double> roofline_share(const evaluate::Measurement& measurement);
std::string show_roofline(const evaluate::Measurement& measurement);  // "45 %", "–"
// "predicted " or "".
std::string label(const evaluate::Measurement& measurement);
// Null unless passed.
const evaluate::Measurement* measurement_of(const evaluate::Verdict& verdict);

}  // namespace cudal1::cli
