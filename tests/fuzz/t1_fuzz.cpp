#include "cudal1/core/error.h"
#include "cudal1/program/t1.h"
#include "targets.h"

namespace cudal1::fuzz {

void t1(std::string_view bytes) {
  try {
    const program::T1Task task = program::read_t1("fuzz.json", bytes, {{"n", "1000"}});
    for (const std::string& condition : task.conditions)
      program::evaluate_t1(condition, {{"n", 1000}, {"BLOCK", 256}});
  } catch (const Error&) {
  }
  try {
    program::evaluate_t1(bytes, {{"n", 1000}, {"BLOCK", 256}});
  } catch (const Error&) {
  }
}

}  // namespace cudal1::fuzz
