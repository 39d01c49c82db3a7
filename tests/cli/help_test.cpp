#include "cudal1/cli/help.h"

#include <gtest/gtest.h>

#include "cudal1/cli/style.h"
#include "cudal1/core/error.h"
#include "golden.h"

namespace cudal1::cli {
namespace {

TEST(Help, IsADocumentPerCommand) {
  expect_golden("help.txt", general_help());
  for (const VerbInfo& verb : all_verbs())
    expect_golden("help-" + std::string(verb.name) + ".txt", help_of(verb.verb));
}

TEST(Help, NamesEveryOptionAndFitsATerminal) {
  for (const VerbInfo& verb : all_verbs()) {
    const std::string text = help_of(verb.verb);
    for (const Option* option : options_of(verb.verb))
      EXPECT_NE(text.find(option->flag()), std::string::npos) << option->name;
    for (size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1)
      EXPECT_LE(display_width(text.substr(begin, text.find('\n', begin) - begin)), 100);
  }
}

TEST(Help, CompletionsNameCommandsAndOptions) {
  const std::string bash = completions("bash");
  EXPECT_NE(bash.find("optimize) options='--help --reference"), std::string::npos) << bash;
  EXPECT_NE(bash.find(" completions "), std::string::npos);
  EXPECT_NE(completions("zsh").find("#compdef cudal1"), std::string::npos);
  EXPECT_THROW(completions("fish"), UsageError);
}

}  // namespace
}  // namespace cudal1::cli
