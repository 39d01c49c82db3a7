#include "../program/catalog_file.h"
#include "cudal1/program/check.h"
#include "cudal1/program/program.h"
#include "targets.h"

namespace cudal1::fuzz {
namespace {

constexpr std::string_view kCall = "\n//call ";

void look_at_everything(const program::Program& program) {
  const std::vector<std::string> roots = program::roots_to_check(program);
  program::check_host(program, roots, &program::test_catalog());
  program::guess_instantiations(program, roots);
  program::suggest_call(program);
  program::render_tuned(program, program.tune());
}

}  // namespace

// A last line "//call EXPRESSION" stands for --call EXPRESSION n=1000.
void program(std::string_view bytes) {
  std::string call;
  if (const size_t at = bytes.rfind(kCall); at != std::string_view::npos) {
    call = bytes.substr(at + kCall.size());
    bytes = bytes.substr(0, at);
  }
  auto parsed = program::parse("fuzz.cu", std::string(bytes));
  if (!parsed.ok()) return;
  if (!call.empty() && program::apply_call(*parsed, {call, {{"n", "1000"}}})) return;
  look_at_everything(*parsed);
}

}  // namespace cudal1::fuzz
