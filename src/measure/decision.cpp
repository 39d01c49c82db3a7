#include "cudal1/measure/decision.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "cudal1/core/assert.h"

namespace cudal1::measure {
namespace {

std::string fixed(double value, int digits) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string general(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", value);
  return text.data();
}

// Enough digits to tell the ends from each other and from 1 ± 1 %.
int digits_of(const Interval& speedup) {
  if (speedup.median >= 9.995) return 2;
  const double width = speedup.high - speedup.low;
  return width > 0 && width < 0.002 ? 4 : 3;
}

// "the interval [0.998, 1.003]"
std::string name_of(const Interval& speedup, const Evidence& evidence) {
  const int digits = digits_of(speedup);
  if (evidence.pairs == 0) return "the prediction " + fixed(speedup.median, digits);
  return "the interval [" + fixed(speedup.low, digits) + ", " + fixed(speedup.high, digits) + "]";
}

std::string why_no_more(const Evidence& evidence) {
  if (evidence.stopped_by == "half-width") return "it is as narrow as was asked for";
  if (evidence.stopped_by == "clock-resolution") return "the clock's ticks hide what is finer";
  const std::string pairs = std::to_string(evidence.pairs) + " pairs were not enough";
  return pairs + (evidence.stopped_by == "max-time" ? ", and there was no time for more" : "");
}

std::string why_ambiguous(const Interval& speedup, double indifference, const Evidence& evidence) {
  const double low = 1 - indifference, high = 1 + indifference;
  std::string bounds;
  if (speedup.low < low) bounds = general(low);
  if (speedup.high > high) bounds += (bounds.empty() ? "" : " and ") + general(high);
  const int digits = digits_of(speedup);
  return "the interval reaches from " + fixed(speedup.low, digits) + " to " +
         fixed(speedup.high, digits) + ", across " + bounds + ": " + why_no_more(evidence);
}

std::string why(Decision decision, const Interval& speedup, double indifference,
                const Evidence& evidence) {
  const std::string name = name_of(speedup, evidence);
  const std::string wholly = evidence.pairs == 0 ? " lies " : " lies wholly ";
  switch (decision) {
    case Decision::kSame:
      return name + " lies within ±" + general(indifference * 100) + " % of 1";
    case Decision::kFaster:
      return name + wholly + "above " + general(1 + indifference);
    case Decision::kSlower:
      return name + wholly + "below " + general(1 - indifference);
    case Decision::kAmbiguous:
      return why_ambiguous(speedup, indifference, evidence);
  }
  CUDAL1_ASSERT(!"a decision without a reason");
}

std::string why_noise(const Interval& speedup, const Evidence& evidence) {
  return name_of(speedup, evidence) + " is " + fixed(100 * std::abs(speedup.median - 1), 2) +
         " % from 1, less than the ±" + fixed(100 * evidence.noise_floor, 2) +
         " % that the reference differs from itself";
}

}  // namespace

const char* to_string(Decision decision) {
  switch (decision) {
    case Decision::kSame:
      return "same";
    case Decision::kFaster:
      return "faster";
    case Decision::kSlower:
      return "slower";
    case Decision::kAmbiguous:
      return "ambiguous";
  }
  CUDAL1_ASSERT(!"a decision without a name");
}

Decision decide(const Interval& speedup, double indifference) {
  if (speedup.low > 1 + indifference) return Decision::kFaster;
  if (speedup.high < 1 - indifference) return Decision::kSlower;
  if (speedup.low >= 1 - indifference && speedup.high <= 1 + indifference) return Decision::kSame;
  return Decision::kAmbiguous;
}

double noise_floor(const Interval& against_itself) {
  return std::max(std::abs(against_itself.low - 1), std::abs(against_itself.high - 1));
}

Judgement judge(const Interval& speedup, double indifference, const Evidence& evidence) {
  const Decision decision = decide(speedup, indifference);
  const bool differs = decision == Decision::kFaster || decision == Decision::kSlower;
  if (differs && std::abs(speedup.median - 1) < evidence.noise_floor)
    return {Decision::kAmbiguous, why_noise(speedup, evidence)};
  return {decision, why(decision, speedup, indifference, evidence)};
}

}  // namespace cudal1::measure
