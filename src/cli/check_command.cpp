// check: files → judged side by side → a line each, in the order given.
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "cudal1/cli/check_file.h"
#include "cudal1/cli/destination.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/screen.h"
#include "cudal1/cli/values.h"
#include "cudal1/sim/predict.h"

namespace cudal1::cli {
namespace {

struct Arguments {
  std::vector<std::string> files;
  std::optional<program::CallRequest> call;
};

Arguments read_arguments(const Invocation& invocation) {
  Arguments result;
  program::CallRequest call{invocation.settings.text("call"), {}};
  for (const std::string& word : invocation.arguments) {
    const auto assignment = call.expression.empty() ? std::nullopt : parse_assignment(word);
    if (assignment)
      call.variables.insert(*assignment);
    else
      result.files.push_back(word);
  }
  if (result.files.empty()) throw UsageError("no files given", "As in: cudal1 check kernel.cu");
  if (!call.expression.empty()) result.call = call;
  return result;
}

// Finished files are shown as soon as all before them are.
class InOrder {
 public:
  InOrder(size_t count, Screen& screen) : done_(count), screen_(screen) {}
  void finish(size_t index, CheckedFile file) {
    const std::lock_guard lock(mutex_);
    done_[index] = std::move(file);
    for (; shown_ < done_.size() && done_[shown_]; ++shown_)
      screen_.report(render_checked(*done_[shown_], screen_.report_style()));
  }
  std::vector<CheckedFile> take() {
    std::vector<CheckedFile> files;
    for (auto& file : done_) files.push_back(std::move(*file));
    return files;
  }

 private:
  std::mutex mutex_;
  std::vector<std::optional<CheckedFile>> done_;
  size_t shown_ = 0;
  Screen& screen_;
};

std::vector<CheckedFile> check_all(const std::vector<std::string>& paths,
                                   const CheckOptions& options, Screen& screen) {
  InOrder results(paths.size(), screen);
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::exception_ptr first_error;
  const auto work = [&] {
    for (size_t i = next++; i < paths.size(); i = next++) {
      try {
        results.finish(i, check_file(paths[i], options));
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first_error) first_error = std::current_exception();
        next = paths.size();
        return;
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    const size_t count =
        std::min<size_t>(paths.size(), std::max(1u, std::thread::hardware_concurrency()));
    for (size_t i = 0; i < count; ++i) threads.emplace_back(work);
  }
  if (first_error) std::rethrow_exception(first_error);
  return results.take();
}

ExitCode exit_code(const std::vector<CheckedFile>& files) {
  if (!std::ranges::all_of(files, &CheckedFile::readable)) return ExitCode::kData;
  return std::ranges::all_of(files, &CheckedFile::ok) ? ExitCode::kDone : ExitCode::kNothingBetter;
}

}  // namespace

ExitCode check_command(const Invocation& invocation, Screen& screen) {
  const Settings& settings = invocation.settings;
  const Arguments arguments = read_arguments(invocation);
  if (settings.is_set("json") && settings.text("json") != "-")
    require_writable(settings.text("json"));
  CheckOptions options{.call = arguments.call};
  if (settings.is_set("gpu-spec"))
    options.arch = sim::read_gpu_spec(settings.text("gpu-spec")).architecture;
  if (settings.on("dry-run")) {
    screen.data(std::to_string(arguments.files.size()) +
                (arguments.files.size() == 1 ? " file" : " files") + " would be checked for " +
                options.arch + ". Nothing was done: --dry-run.\n");
    return ExitCode::kDone;
  }
  std::optional<gpu::CompilePool> pool;
  if (!settings.on("host-only")) options.compile_pool = &pool.emplace(gpu::CompilePoolOptions{});
  options.catalog = invocation.services.operator_catalog();

  const std::vector<CheckedFile> files = check_all(arguments.files, options, screen);
  screen.report(render_check_summary(files, screen.report_style()));
  screen.write_json(settings.text("json"), check_to_json(invocation.argv, files));
  return exit_code(files);
}

}  // namespace cudal1::cli
