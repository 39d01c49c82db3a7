#include "cudal1/cli/check_file.h"

#include "cudal1/cli/load_task.h"
#include "cudal1/core/error.h"

namespace cudal1::cli {
namespace {

using program::Diagnostic;

void fail(CheckedFile& file, const Diagnostic& error, const std::string& shown_path,
          const std::string& source) {
  file.error = error;
  file.rendered = program::render(error, shown_path, source);
}

std::string joined(const std::vector<std::string>& words) {
  std::string result;
  for (const std::string& word : words) result += (result.empty() ? "" : ", ") + word;
  return result;
}

std::optional<Diagnostic> device_error(const program::Program& program,
                                       const std::vector<std::string>& roots,
                                       const CheckOptions& options) {
  gpu::CompileRequest request{.source = program.device_source(),
                              .path = program.path(),
                              .arch = options.arch,
                              .name_expressions = program::guess_instantiations(program, roots)};
  for (const auto& [name, value] : program.tune()) request.defines.insert_or_assign(name, value);
  const gpu::CompileOutcome outcome = options.compile_pool->compile(request);
  if (outcome) return std::nullopt;
  const gpu::CompileError& error = outcome.error();
  return Diagnostic{{error.line, error.column}, error.message, ""};
}

void judge(CheckedFile& file, const std::string& source, const CheckOptions& options) {
  auto parsed = program::parse(file.path, source);
  if (!parsed) return fail(file, parsed.error(), file.path, source);
  program::Program program = std::move(parsed).value();
  if (options.call) {
    if (const auto error = program::apply_call(program, *options.call))
      return fail(file, *error, "--call", options.call->expression);
  }
  const std::vector<std::string> roots = program::roots_to_check(program);
  file.entry = program.entry().empty() ? joined(roots) : program.entry();
  for (const program::Kernel& kernel : program.kernels()) file.kernels.push_back(kernel.name);
  if (roots.empty()) {
    const std::string call = program::suggest_call(program);
    return fail(file,
                {{},
                 "has no entry: neither forward nor a host function that launches a kernel",
                 call.empty() ? "a program with kernels" : call},
                file.path, source);
  }
  const std::vector<Diagnostic> found = program::check_host(program, roots, options.catalog);
  if (!found.empty()) return fail(file, found[0], file.path, source);
  if (!options.compile_pool || program.kernels().empty()) return;
  if (const auto error = device_error(program, roots, options))
    fail(file, *error, file.path, source);
}

}  // namespace

CheckedFile check_file(const std::string& path, const CheckOptions& options) {
  CheckedFile file{.path = path};
  try {
    judge(file, read_program(path), options);
  } catch (const DataError& error) {
    file.readable = false;
    file.error = Diagnostic{{}, error.what(), error.advice()};
    file.rendered = std::string(error.what()) + "\n";
  }
  return file;
}

}  // namespace cudal1::cli
