#include "cudal1/cli/run.h"

#include <ostream>

#include "cudal1/cli/help.h"
#include "cudal1/cli/invocation.h"
#include "cudal1/cli/resume.h"
#include "cudal1/cli/screen.h"
#include "cudal1/cli/values.h"
#include "cudal1/core/log.h"
#include "cudal1/core/nearest.h"

namespace cudal1::cli {
namespace {

using Words = std::vector<std::string>;

ExitCode execute(Verb verb, const Invocation& invocation, Screen& screen) {
  switch (verb) {
    case kOptimize:
      return optimize_command(invocation, screen);
    case kEval:
      return eval_command(invocation, screen);
    case kCheck:
      return check_command(invocation, screen);
    case kDoctor:
      return doctor_command(invocation, screen);
    case kSelftest:
      return selftest_command(invocation, screen);
    case kGenerate:
      return generate_command(invocation, screen);
    case kTrain:
      return train_command(invocation, screen);
  }
  return ExitCode::kBug;
}

void set_log_level(const Settings& settings) {
  log::set_level(settings.on("quiet")     ? log::Level::kError
                 : settings.on("verbose") ? log::Level::kDebug
                                          : log::Level::kInfo);
}

// The configuration of a run that is to go on stands below everything that is given now.
Words base_files(const CommandLine& line) {
  for (const FlagValues& flag : line.flags)
    if (flag.option->name == "resume" && !flag.option->has_own_meaning(line.verb))
      return {config_of_run(flag.values.back())};
  return {};
}

ExitCode run_verb(Verb verb, const Words& argv, const Services& services) {
  const CommandLine line = parse_command_line(verb, Words(argv.begin() + 2, argv.end()));
  if (line.wants_help) {
    services.out << help_of(verb) << std::flush;
    return ExitCode::kDone;
  }
  const Invocation invocation{argv, line.arguments,
                              resolve(line, services.environment, base_files(line)), services};
  set_log_level(invocation.settings);
  Screen screen(services, invocation.settings);
  if (invocation.settings.on("print-config")) {
    screen.data(render_settings(invocation.settings));
    return ExitCode::kDone;
  }
  return execute(verb, invocation, screen);
}

[[noreturn]] void unknown_command(const std::string& word) {
  if (word.starts_with("-"))
    throw UsageError("a command is expected before " + word,
                     "As in: cudal1 optimize kernel.cu " + word);
  if (word.ends_with(".cu"))
    throw UsageError("'" + word + "' is not a command",
                     "To make it faster: cudal1 optimize " + word);
  Words names;
  for (const VerbInfo& verb : all_verbs()) names.emplace_back(verb.name);
  const std::string guess = nearest(word, names);
  throw UsageError(
      "'" + word + "' is not a command" + (guess.empty() ? "" : "; did you mean " + guess + "?"),
      "cudal1 --help shows the commands");
}

ExitCode show_help(const Words& argv, const Services& services) {
  const VerbInfo* about = argv.size() > 2 ? find_verb(argv[2]) : nullptr;
  services.out << (about ? help_of(about->verb) : general_help()) << std::flush;
  return ExitCode::kDone;
}

ExitCode dispatch(const Words& argv, const Services& services) {
  if (argv.size() < 2) {
    services.err << general_help();
    return ExitCode::kUsage;
  }
  const std::string& word = argv[1];
  if (word == "--help" || word == "-h" || word == "help") return show_help(argv, services);
  if (word == "--version") {
    services.out << version_line() << std::flush;
    return ExitCode::kDone;
  }
  if (word == "completions") {
    const std::string shell = argv.size() > 2 ? argv[2] : "";
    const bool asks = shell == "--help" || shell == "-h";
    services.out << (asks ? general_help() : completions(shell)) << std::flush;
    return ExitCode::kDone;
  }
  const VerbInfo* verb = find_verb(word);
  if (!verb) unknown_command(word);
  return run_verb(verb->verb, argv, services);
}

// Before options are known, errors can only follow the environment.
Style error_style(const Words& argv, const Services& services) {
  std::string color = "auto";
  for (size_t i = 1; i < argv.size(); ++i) {
    if (argv[i].starts_with("--color="))
      color = argv[i].substr(8);
    else if (argv[i] == "--color" && i + 1 < argv.size())
      color = argv[i + 1];
  }
  return style_for(color, services.err_is_terminal, services.environment);
}

}  // namespace

int run(const Words& argv, const Services& services) {
  const Style style = error_style(argv, services);
  try {
    const ExitCode code = dispatch(argv, services);
    if (!services.out.flush())
      throw OutputError("stdout could not be written", "Is the disk full or the pipe closed?");
    return int(code);
  } catch (const Error& error) {
    services.err << render_error(error.what(), error.advice(), style);
    return int(error.code());
  } catch (const std::exception& error) {
    services.err << render_error(
        std::string("internal: ") + error.what(),
        "This is a bug in cudal1. Please report it with the command line and the input.", style);
    return int(ExitCode::kBug);
  }
}

}  // namespace cudal1::cli
