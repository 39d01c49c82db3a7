#include "cudal1/cli/values.h"

#include <gtest/gtest.h>

#include <vector>

namespace cudal1::cli {
namespace {

using std::chrono::milliseconds;

TEST(Values, DurationsTakeUnits) {
  EXPECT_EQ(parse_duration("90"), milliseconds(90'000));
  EXPECT_EQ(parse_duration("90s"), milliseconds(90'000));
  EXPECT_EQ(parse_duration("5m"), milliseconds(300'000));
  EXPECT_EQ(parse_duration("1.5h"), milliseconds(5'400'000));
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
}

TEST(Values, WrongDurationsAreRefused) {
  for (const char* text : {"", "s", "-5", "5 m", "5d", "1e30", "nan", "inf"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Values, CountsAreWholeNumbers) {
  EXPECT_EQ(parse_count("0"), 0u);
  EXPECT_EQ(parse_count("18446744073709551615"), 18446744073709551615u);
  for (const char* text : {"", "-1", "1.5", "1k", " 1", "18446744073709551616"})
    EXPECT_FALSE(parse_count(text)) << text;
}

TEST(Values, AssignmentsNeedAnIdentifierAndAValue) {
  EXPECT_EQ(parse_assignment("n=1<<20"), (std::pair<std::string, std::string>("n", "1<<20")));
  EXPECT_EQ(parse_assignment("e=a=b"), (std::pair<std::string, std::string>("e", "a=b")));
  for (const char* text : {"n", "=1", "1n=2", "n=", "dir/a=b.cu"})
    EXPECT_FALSE(parse_assignment(text)) << text;
}

TEST(Values, TimesHaveThreeDigits) {
  EXPECT_EQ(show_nanoseconds(0.5), "0.50 ns");
  EXPECT_EQ(show_nanoseconds(999.4), "999 ns");
  EXPECT_EQ(show_nanoseconds(999.9), "1.00 µs");
  EXPECT_EQ(show_nanoseconds(12'345), "12.3 µs");
  EXPECT_EQ(show_nanoseconds(1.5e6), "1.50 ms");
  EXPECT_EQ(show_nanoseconds(2e9), "2.00 s");
}

TEST(Values, DurationsAreShownForPeople) {
  EXPECT_EQ(show_duration(milliseconds(850)), "850 ms");
  EXPECT_EQ(show_duration(milliseconds(2'340)), "2.3 s");
  EXPECT_EQ(show_duration(milliseconds(59'400)), "59 s");
  EXPECT_EQ(show_duration(milliseconds(200'000)), "3 min 20 s");
  EXPECT_EQ(show_duration(milliseconds(7'500'000)), "2 h 05 min");
}

}  // namespace
}  // namespace cudal1::cli
