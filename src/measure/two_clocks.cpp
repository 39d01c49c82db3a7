#include "cudal1/measure/two_clocks.h"

#include <cmath>

namespace cudal1::measure {
namespace {

constexpr double kShare = 0.5;      // of the candidate's span
constexpr double kAllowance = 1e4;  // ns

std::string microseconds(double ns) { return std::to_string(std::lround(ns / 1000)) + " µs"; }

}  // namespace

std::optional<std::string> disagreement(const TwoClocks& reference, const TwoClocks& candidate) {
  for (const double ns : {reference.span, reference.events, candidate.span, candidate.events})
    if (!(ns > 0)) return std::nullopt;
  const double outside = candidate.events - candidate.span;
  const double usual = reference.events - reference.span;
  if (outside - usual <= kShare * candidate.span + kAllowance) return std::nullopt;
  return "its records span " + microseconds(candidate.span) + ", but events around it are " +
         microseconds(candidate.events) + " apart (the reference: " + microseconds(reference.span) +
         " and " + microseconds(reference.events) + "): it works where no record is made";
}

}  // namespace cudal1::measure
