#include "cudal1/evaluate/verdict.h"

#include <array>

#include "cudal1/core/shorten.h"
#include "cudal1/core/visible.h"

namespace cudal1::evaluate {
namespace {

struct Words {
  const char* word;
  const char* t4;
};

// In the order of the variant's alternatives.
constexpr std::array<Words, std::variant_size_v<Verdict>> kWords{{
    {"passed", "correct"},
    {"compile_failed", "compile"},
    {"rejected", "constraints"},
    {"runtime_failed", "runtime"},
    {"timed_out", "timeout"},
    {"wrong_output", "correctness"},
    {"worker_died", "runtime"},
}};

}  // namespace

const char* word(const Verdict& verdict) { return kWords[verdict.index()].word; }

const char* t4_word(const Verdict& verdict) { return kWords[verdict.index()].t4; }

std::string message(const Verdict& verdict) {
  return std::visit(
      [](const auto& failure) -> std::string {
        if constexpr (requires { failure.message; }) return failure.message;
        return {};
      },
      verdict);
}

std::string rule(const Verdict& verdict) {
  return std::visit(
      [](const auto& failure) -> std::string {
        if constexpr (requires { failure.rule; }) return failure.rule;
        return {};
      },
      verdict);
}

int line(const Verdict& verdict) {
  return std::visit(
      [](const auto& failure) {
        if constexpr (requires { failure.line; }) return failure.line;
        return 0;
      },
      verdict);
}

void shorten_message(Verdict& verdict) {
  std::visit(
      [](auto& failure) {
        if constexpr (requires { failure.message; })
          failure.message = shortened(visible(failure.message));
      },
      verdict);
}

}  // namespace cudal1::evaluate
