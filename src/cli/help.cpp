#include "cudal1/cli/help.h"

#include <algorithm>

#include "cudal1/cli/style.h"
#include "cudal1/core/error.h"
#include "cudal1/train/train_config.h"

namespace cudal1::cli {
namespace {

constexpr int kWidth = 100;

// `text` broken into lines of at most kWidth columns, each after `indent` spaces; blank lines part
// paragraphs.
std::string wrapped(std::string_view text, int indent) {
  const std::string margin(size_t(indent), ' ');
  std::string result, line;
  const auto flush = [&] {
    if (!line.empty()) result += margin + line + "\n";
    line.clear();
  };
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    const std::string word(text.substr(begin, end - begin));
    if (!line.empty() && indent + display_width(line) + 1 + display_width(word) > kWidth) flush();
    if (!word.empty()) line += (line.empty() ? "" : " ") + word;
    if (text.substr(end, 2) == "\n\n") flush(), result += "\n";
    begin = end + 1;
  }
  flush();
  return result;
}

std::string option_block(const Option& option, Verb verb) {
  std::string head = "  ";
  head += option.letter ? std::string("-") + option.letter + ", " : "";
  head += option.flag();
  if (!option.value.empty()) head += " " + std::string(option.value);
  std::string text(option.help_for(verb));
  if (!option.fallback.empty()) text += " Default: " + std::string(option.fallback) + ".";
  return head + "\n" + wrapped(text, 6);
}

// A paragraph per line.
std::string wrapped_lines(const std::string& text, int indent) {
  std::string result;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    result += wrapped(std::string_view(text).substr(begin, end - begin), indent);
    begin = end + 1;
  }
  return result;
}

std::string_view other_sources(Verb verb) {
  if (find_option("config")->has_own_meaning(verb))
    return "Every option that is not bound to one run can also be set in the environment (--quiet "
           "is CUDAL1_QUIET). Flags win over the environment.";
  return "Every option that is not bound to one run can also be set in the environment (--max-time "
         "is CUDAL1_MAX_TIME) and in files given by --config. Flags win over the environment, the "
         "environment over files.";
}

std::string exit_codes() {
  return "Exit codes:\n"
         "    0  done\n"
         "    1  done, but nothing better was found or a verdict is not passed\n"
         "    2  wrong command line or configuration\n"
         "    3  this machine lacks something; cudal1 doctor tells what\n"
         "    4  a program or another input cannot be used\n"
         "    5  a result could not be written\n"
         "   70  a bug in cudal1\n"
         "  130  interrupted\n";
}

}  // namespace

std::string version_line() { return "cudal1 " CUDAL1_VERSION "\n"; }

std::string general_help() {
  std::string text =
      "cudal1 makes CUDA code faster and proves it.\n\nUsage: cudal1 COMMAND [arguments] "
      "[options]\n\nCommands:\n";
  for (const VerbInfo& verb : all_verbs()) {
    text += "  " + std::string(verb.name) + std::string(12 - verb.name.size(), ' ') +
            std::string(verb.summary) + "\n";
  }
  text += "  completions prints the completions for a shell: cudal1 completions bash\n";
  text +=
      "\nStart with:\n  cudal1 doctor                 what can this machine do?\n"
      "  cudal1 optimize kernel.cu     writes kernel.opt.cu when something faster was found\n\n"
      "cudal1 COMMAND --help shows a command's options, cudal1 --version the version.\n\n";
  return text + exit_codes();
}

std::string help_of(Verb verb) {
  const VerbInfo& about = info(verb);
  std::string text = "cudal1 " + std::string(about.name) + ": " + std::string(about.summary) +
                     "\n\nUsage: " + std::string(about.usage) + "\n\n" +
                     wrapped(about.description, 0) + "\n";
  if (!about.arguments.empty()) {
    text += "Arguments:\n";
    for (const Argument& argument : about.arguments)
      text += "  " + std::string(argument.name) + "\n" + wrapped(argument.help, 6);
    text += "\n";
  }
  if (verb == kTrain)
    text += "Keys of FILE:\n" + wrapped_lines(train::describe_train_config(), 2) + "\n";
  text += "Options:\n";
  for (const Option* option : options_of(verb)) text += option_block(*option, verb);
  text += "  -h, --help\n      Shows this.\n\n";
  text += wrapped(other_sources(verb), 0);
  text += "\nExamples:\n";
  for (const Example& example : about.examples)
    text += "  " + std::string(example.line) + "\n" + wrapped(example.what, 6);
  return text + "\n" + exit_codes();
}

std::string completions(const std::string& shell) {
  if (shell != "bash" && shell != "zsh")
    throw UsageError("no completions for '" + shell + "'; there are some for bash and zsh",
                     "cudal1 completions bash > ~/.local/share/bash-completion/completions/cudal1");
  std::string text =
      shell == "zsh" ? "#compdef cudal1\nautoload -U +X bashcompinit && bashcompinit\n" : "";
  text +=
      "_cudal1() {\n  local word=${COMP_WORDS[COMP_CWORD]} options=\n  case ${COMP_WORDS[1]-} in\n";
  std::string names;
  for (const VerbInfo& verb : all_verbs()) {
    names += std::string(verb.name) + " ";
    text += "    " + std::string(verb.name) + ") options='--help";
    for (const Option* option : options_of(verb.verb)) text += " " + option->flag();
    text += "' ;;\n";
  }
  return text + "  esac\n  if ((COMP_CWORD == 1)); then COMPREPLY=($(compgen -W '" + names +
         "completions --help --version' -- \"$word\"))\n"
         "  elif [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "  else COMPREPLY=($(compgen -f -- \"$word\")); fi\n}\ncomplete -o filenames -F _cudal1 "
         "cudal1\n";
}

}  // namespace cudal1::cli
