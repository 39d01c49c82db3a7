#include "cudal1/cli/diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "cudal1/core/rng.h"

namespace cudal1::cli {
namespace {

std::string diff(const std::string& before, const std::string& after) {
  return unified_diff(before, after, {.from = "old", .to = "new"}, Style{});
}

// Applies a diff that was made with unlimited context.
std::string patched(const std::string& text) {
  std::istringstream lines(text);
  std::string line, result;
  for (int skipped = 0; skipped < 3; ++skipped) std::getline(lines, line);
  while (std::getline(lines, line))
    if (line[0] != '-') result += line.substr(1) + "\n";
  return result;
}

TEST(Diff, EqualTextsHaveNone) { EXPECT_EQ(diff("a\nb\n", "a\nb\n"), ""); }

TEST(Diff, ShowsAChangedLineInContext) {
  EXPECT_EQ(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "--- old\n+++ new\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(Diff, DistantChangesAreHunksOfTheirOwn) {
  std::string before, after;
  for (int i = 1; i <= 30; ++i) {
    before += std::to_string(i) + "\n";
    if (i != 2) after += std::to_string(i) + "\n";
    if (i == 25) after += "new\n";
  }
  EXPECT_EQ(diff(before, after),
            "--- old\n+++ new\n@@ -1,5 +1,4 @@\n 1\n-2\n 3\n 4\n 5\n"
            "@@ -23,6 +22,7 @@\n 23\n 24\n 25\n+new\n 26\n 27\n 28\n");
}

TEST(Diff, EmptySidesCountFromZero) {
  EXPECT_EQ(diff("", "a\n"), "--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(diff("a\n", ""), "--- old\n+++ new\n@@ -1 +0,0 @@\n-a\n");
}

TEST(Diff, SaysWhereTheLastNewlineIsMissing) {
  EXPECT_EQ(diff("a\nb", "a\nb\n"),
            "--- old\n+++ new\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
}

TEST(Diff, ColoursLines) {
  const std::string text = unified_diff("a\n", "b\n", {}, Style{true});
  EXPECT_NE(text.find("\033[31m-a\033[0m"), std::string::npos);
  EXPECT_NE(text.find("\033[32m+b\033[0m"), std::string::npos);
}

TEST(Diff, AppliesBackForRandomTexts) {
  Rng rng(7);
  for (int round = 0; round < 300; ++round) {
    std::string before, after;
    for (uint64_t i = rng.below(20); i > 0; --i)
      before += std::string(1, char('a' + rng.below(4))) + "\n";
    for (uint64_t i = rng.below(20); i > 0; --i)
      after += std::string(1, char('a' + rng.below(4))) + "\n";
    if (before == after) continue;
    EXPECT_EQ(patched(unified_diff(before, after, {.context = 1000}, Style{})), after)
        << before << "---\n"
        << after;
  }
}

TEST(Diff, IsShortest) {
  // Myers' own example: ABCABBA → CBABAC takes 5 edits.
  const std::string text = diff("A\nB\nC\nA\nB\nB\nA\n", "C\nB\nA\nB\nA\nC\n");
  const std::string body = text.substr(text.find("@@\n") + 3);
  size_t edits = 0;
  for (size_t at = 0; at < body.size(); at = body.find('\n', at) + 1)
    edits += body[at] == '+' || body[at] == '-';
  EXPECT_EQ(edits, 5u);
}

TEST(Diff, BeyondTheLimitEverythingIsReplaced) {
  std::string before, after;
  for (int i = 0; i < 3000; ++i)
    before += "a" + std::to_string(i) + "\n", after += "b" + std::to_string(i) + "\n";
  EXPECT_EQ(std::ranges::count(diff(before, after), '\n'), 3 + 6000);
}

}  // namespace
}  // namespace cudal1::cli
