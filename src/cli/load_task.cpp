#include "cudal1/cli/load_task.h"

#include <filesystem>

#include "cudal1/cli/values.h"
#include "cudal1/cli/verbs.h"
#include "cudal1/core/assert.h"
#include "cudal1/core/files.h"
#include "cudal1/program/check.h"
#include "cudal1/program/t1.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;
constexpr uint64_t kMaxProgramBytes = 16u << 20;

struct Arguments {
  std::string file;  // may be empty with --spec
  std::map<std::string, std::string> variables;
};

Arguments split_arguments(const Invocation& invocation) {
  Arguments result;
  std::vector<std::string> files;
  for (const std::string& word : invocation.arguments) {
    if (const auto assignment = parse_assignment(word))
      result.variables.insert_or_assign(assignment->first, assignment->second);
    else
      files.push_back(word);
  }
  const bool has_spec = invocation.settings.is_set("spec"),
             has_call = invocation.settings.is_set("call");
  if (has_spec && has_call)
    throw UsageError("--spec and --call both describe how the kernel is launched",
                     "Give one of them.");
  if (files.empty() && !has_spec)
    throw UsageError("no program given", "As in: cudal1 " + invocation.argv.at(1) + " kernel.cu");
  if (files.size() > 1)
    throw UsageError("one program is expected, not " + std::to_string(files.size()) + ": " +
                         files[0] + ", " + files[1] + (files.size() > 2 ? ", …" : ""),
                     "Compare two with: cudal1 eval " + files[0] + " --reference " + files[1]);
  if (!result.variables.empty() && !has_spec && !has_call)
    throw UsageError("'" + result.variables.begin()->first + "=" +
                         result.variables.begin()->second +
                         "' needs --call or --spec, whose variables it sets",
                     "To fix a tune parameter: --tune " + result.variables.begin()->first + "=" +
                         result.variables.begin()->second);
  if (!files.empty()) result.file = files[0];
  return result;
}

// A T1 description turned into host text: whatever kernel file it is put around becomes a program.
struct SpecText {
  std::string before, after, kernel_path;
  std::string around(const std::string& kernel_source) const {
    return before + kernel_source + after;
  }
};

std::string tune_declaration(const program::TuneParam& param, const std::string& kernel_source) {
  std::string values;
  for (const std::string& value : param.values) values += (values.empty() ? "" : ", ") + value;
  std::string text;
  // Kernels of this format leave their parameters to the compiler's command line.
  if (kernel_source.find("#define " + param.name) == std::string::npos)
    text = "#ifndef " + param.name + "\n#define " + param.name + " " + param.default_value +
           "\n#endif\n";
  return text + "#pragma kernel tune(" + param.name + "=" + values + ") default(" +
         param.default_value + ")\n";
}

SpecText read_spec(const std::string& path, const Arguments& arguments) {
  const program::T1Task t1 =
      program::read_t1(path, read_file(path, kMaxProgramBytes), arguments.variables);
  SpecText text{.before = "",
                .after = "\n" + t1.host_text,
                .kernel_path = (fs::path(path).parent_path() / t1.kernel_path).string()};
  const std::string kernel =
      read_program(arguments.file.empty() ? text.kernel_path : arguments.file);
  for (const program::TuneParam& param : t1.tune) text.before += tune_declaration(param, kernel);
  return text;
}

// Everything of the command line that says what the files mean.
struct Sources {
  Arguments arguments;
  std::optional<SpecText> spec;
  std::optional<program::CallRequest> call;

  explicit Sources(const Invocation& invocation) : arguments(split_arguments(invocation)) {
    const Settings& settings = invocation.settings;
    if (settings.is_set("call"))
      call = program::CallRequest{settings.text("call"), arguments.variables};
    if (settings.is_set("spec")) spec = read_spec(settings.text("spec"), arguments);
    if (arguments.file.empty()) arguments.file = spec->kernel_path;
  }
  std::string read(const std::string& path) const {
    const std::string text = read_program(path);
    return spec ? spec->around(text) : text;
  }
};

[[noreturn]] void unusable(const std::vector<program::Diagnostic>& found, const std::string& path,
                           const std::string& source) {
  CUDAL1_ASSERT(!found.empty());
  constexpr size_t kShown = 10;
  std::string text;
  for (size_t i = 0; i < std::min(found.size(), kShown); ++i)
    text += (i ? "\n" : "") + program::render(found[i], path, source);
  if (found.size() > kShown) text += "\n… and " + std::to_string(found.size() - kShown) + " more";
  while (text.ends_with('\n')) text.pop_back();
  throw UnusableProgram(found.front(), path + " cannot be used:\n" + text,
                        "cudal1 check " + path + " says it again after a change.");
}

void require_entry(const program::Program& program, const std::string& path) {
  const bool no_entry = program.entry().empty();
  if (!no_entry && !program.input_functions().empty()) return;
  const std::string call = program::suggest_call(program);
  const std::string what =
      no_entry ? path + " has no forward(…) to start from"
               : path + " has no inputs() that say what " + program.entry() + "(…) is timed on";
  if (call.empty())
    throw DataError(what, "It has neither kernels nor host functions: is it the right file?");
  throw DataError(
      what, (no_entry ? "Write one, or say what is to be run, with sizes of your own:\n"
                      : "Write one, or say it on the command line, with sizes of your own:\n") +
                call);
}

bool has_inputs(const std::string& path, const std::string& source) {
  const auto parsed = program::parse(path, source, {});
  return parsed.ok() && !parsed->input_functions().empty();
}

struct Required {
  bool inputs = true;         // inputs() of its own
  bool runtime_rules = true;  // nothing that is sure to fail when run
};

program::Program require(const std::string& path, const std::string& source,
                         const std::optional<program::CallRequest>& call,
                         const program::TuneSetting& tune, const Required& required) {
  auto parsed = program::parse(path, source, {.tune = tune, .defines = {}});
  if (!parsed) unusable({parsed.error()}, path, source);
  program::Program program = std::move(parsed).value();
  if (call) {
    if (const auto wrong = program::apply_call(program, *call))
      unusable({*wrong}, "--call", call->expression);
  }
  if (required.inputs || program.entry().empty()) require_entry(program, path);
  auto found = program::check_host(program, program::roots_to_check(program), nullptr);
  if (!required.runtime_rules)
    std::erase_if(found, [](const program::Diagnostic& one) { return !one.rule.empty(); });
  if (!found.empty()) unusable(found, path, source);
  return program;
}

LoadedTask load(const Invocation& invocation, bool candidate_must_be_right) {
  const Sources sources(invocation);
  const std::string& file = sources.arguments.file;
  const std::string reference = invocation.settings.text("reference");
  const program::TuneSetting tune = invocation.settings.assignments("tune");
  LoadedTask loaded{.path = file, .has_reference = !reference.empty()};
  loaded.candidate = {.source = sources.read(file),
                      .tune = tune,
                      .origin = "original",
                      .summary = "as given",
                      .path = file};
  loaded.task = {.path = reference.empty() ? file : reference,
                 .source = reference.empty() ? loaded.candidate.source : sources.read(reference),
                 .call = sources.call};
  if (loaded.has_reference && !sources.call && has_inputs(file, loaded.candidate.source) &&
      !has_inputs(reference, loaded.task.source))
    loaded.task.inputs_source = loaded.candidate.source;
  // Judged alone, what compilers take may show in the run.
  const bool alone = !loaded.has_reference && !candidate_must_be_right;
  require(loaded.task.path, loaded.task.source, sources.call, {},
          {.inputs = !loaded.task.inputs_source, .runtime_rules = !alone});
  if (candidate_must_be_right) require_program(file, loaded.candidate.source, sources.call, tune);
  return loaded;
}

}  // namespace

std::string read_program(const std::string& path) {
  std::string text = read_file(path, kMaxProgramBytes);
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  const size_t nul = text.find('\0');
  if (nul != std::string::npos)
    throw DataError(path + " is not text: there is a NUL byte at offset " + std::to_string(nul),
                    "A program is one .cu source file.");
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    throw DataError(path + " is empty", "A program is one .cu source file.");
  return text;
}

program::Program require_program(const std::string& path, const std::string& source,
                                 const std::optional<program::CallRequest>& call,
                                 const program::TuneSetting& tune) {
  return require(path, source, call, tune, {});
}

LoadedTask load_for_eval(const Invocation& invocation) { return load(invocation, false); }

LoadedTask load_for_optimize(const Invocation& invocation) {
  LoadedTask loaded = load(invocation, true);
  if (!loaded.has_reference) loaded.task.tune = loaded.candidate.tune;
  return loaded;
}

}  // namespace cudal1::cli
