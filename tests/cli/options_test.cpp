#include "cudal1/cli/options.h"

#include <gtest/gtest.h>

#include <set>

namespace cudal1::cli {
namespace {

TEST(Options, NamesAndLettersAreUnique) {
  std::set<std::string_view> names;
  std::set<char> letters;
  for (const Option& option : all_options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    if (option.letter) {
      EXPECT_TRUE(letters.insert(option.letter).second) << option.letter;
    }
  }
}

TEST(Options, EveryOneIsExplainedAndBelongsToACommand) {
  for (const Option& option : all_options()) {
    EXPECT_TRUE(option.help.ends_with('.')) << option.name;
    EXPECT_NE(option.verbs, 0u) << option.name;
    EXPECT_EQ(option.value.empty(), option.type == OptionType::kSwitch) << option.name;
    EXPECT_EQ(option.choices.empty(), option.type != OptionType::kChoice) << option.name;
  }
}

TEST(Options, NamesOfFlagsAndVariables) {
  EXPECT_EQ(find_option("max-time")->flag(), "--max-time");
  EXPECT_EQ(find_option("max-time")->environment(), "CUDAL1_MAX_TIME");
  EXPECT_EQ(find_option("nothing"), nullptr);
}

}  // namespace
}  // namespace cudal1::cli
