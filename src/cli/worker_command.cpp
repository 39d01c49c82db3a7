#include <iostream>

#include "cudal1/cli/invocation.h"
#include "cudal1/cli/isolation.h"
#include "cudal1/cli/screen.h"
#include "cudal1/cli/torch_library.h"
#include "cudal1/evaluate/evaluator.h"
#include "cudal1/gpu/compile_pool.h"

namespace cudal1::cli {

int worker_command(const std::vector<std::string>& words) {
  const std::string work = words.size() == 1 ? words.front() : "";
  try {
    if (work == "--compile") return gpu::compile_worker_main();
    if (work == "--scout") return evaluate::scout_worker_main();
    if (work == "--isolation") return isolation_worker_main();
    if (work == "--evaluate") return evaluate_worker_main();
    throw UsageError(
        "worker is started by cudal1 itself, with --compile, --scout, --evaluate or "
        "--isolation");
  } catch (const Error& error) {
    std::cerr << render_error(error.what(), error.advice(), Style{});
    return int(error.code());
  } catch (const std::exception& error) {
    std::cerr << render_error(std::string("internal: ") + error.what(), "This is a bug in cudal1.",
                              Style{});
    return int(ExitCode::kBug);
  }
}

}  // namespace cudal1::cli
