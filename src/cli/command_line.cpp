#include "cudal1/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cudal1/core/nearest.h"

namespace cudal1::cli {
namespace {

std::string flag_names(const Option& option) {
  return option.letter ? std::string("-") + option.letter + "," + option.flag() : option.flag();
}

void declare(CLI::App& app, const Option& option) {
  if (option.type == OptionType::kSwitch) {
    app.add_flag(flag_names(option));
    return;
  }
  CLI::Option* declared = app.add_option(flag_names(option));
  declared->expected(1)->multi_option_policy(option.repeats() ? CLI::MultiOptionPolicy::TakeAll
                                                              : CLI::MultiOptionPolicy::TakeLast);
}

std::string unknown_flag(Verb verb, const std::string& word) {
  std::vector<std::string> names{"--help"};
  for (const Option* option : options_of(verb)) names.push_back(option->flag());
  const std::string guess = nearest(word.substr(0, word.find('=')), names);
  return "unknown option " + word + (guess.empty() ? "" : "; did you mean " + guess + "?");
}

// A flag at the very end whose value is missing: CLI11 would stop there and hide every other
// problem.
bool lacks_value(const Option& option, const std::string& word) {
  return option.type != OptionType::kSwitch &&
         (word == option.flag() || (option.letter && word == std::string("-") + option.letter));
}

std::vector<std::string> without_dangling_flag(Verb verb, std::vector<std::string> words,
                                               CommandLine& line) {
  if (words.empty()) return words;
  for (const Option* option : options_of(verb)) {
    if (!lacks_value(*option, words.back())) continue;
    line.problems.push_back(words.back() + " needs a value: " + option->flag() + " " +
                            std::string(option->value));
    words.pop_back();
    return words;
  }
  return words;
}

void take_rest(const std::vector<std::string>& rest, CommandLine& line) {
  for (const std::string& word : rest) {
    if (word.size() > 1 && word[0] == '-')
      line.problems.push_back(unknown_flag(line.verb, word));
    else
      line.arguments.push_back(word);
  }
}

}  // namespace

CommandLine parse_command_line(Verb verb, const std::vector<std::string>& words) {
  CommandLine line{.verb = verb};
  CLI::App app;
  app.set_help_flag("");
  app.add_flag("-h,--help", line.wants_help);
  app.allow_extras();
  const std::vector<const Option*> options = options_of(verb);
  for (const Option* option : options) declare(app, *option);

  std::vector<std::string> reversed = without_dangling_flag(verb, words, line);
  std::ranges::reverse(reversed);
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& error) {
    line.problems.push_back(error.what());
    return line;
  }
  for (const Option* option : options) {
    const CLI::Option* given = app.get_option(option->flag());
    if (given->count() == 0) continue;
    if (option->type == OptionType::kSwitch)
      line.flags.push_back({option, {"true"}});
    else
      line.flags.push_back({option, given->reduced_results()});
  }
  take_rest(app.remaining(), line);
  return line;
}

}  // namespace cudal1::cli
