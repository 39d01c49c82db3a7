// Reading the corpus of cheats: what it holds, and what is said where it is not as it should be.
#include "cudal1/cli/corpus.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cudal1/core/error.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;

class CorpusTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / "cudal1-corpus" /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "references");
    write("cheat.cu", "// Does nothing.\n// reference: job.cu\n");
    write("cheat.ok.cu", "// Does its job.\n// reference: job.cu\n");
    write("references/job.cu", "// A job.\n");
    write(
        "expected.json",
        R"({"cheat": {"sim": ["wrong_output"], "cuda": ["rejected", "harmless"], "why": "poison"}})");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::string problem() {
    try {
      read_corpus(folder_);
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }

  fs::path folder_;
};

TEST_F(CorpusTest, HoldsProgramsTwinsAndVerdicts) {
  const Corpus corpus = read_corpus(folder_);
  ASSERT_EQ(corpus.cheats.size(), 1u);
  const Cheat& cheat = corpus.cheats[0];
  EXPECT_EQ(cheat.name, "cheat");
  EXPECT_EQ(cheat.summary, "Does nothing.");
  EXPECT_EQ(cheat.reference, "job.cu");
  EXPECT_EQ(cheat.why, "poison");
  EXPECT_EQ(cheat.acceptable.at("sim"), std::vector<std::string>{"wrong_output"});
  EXPECT_EQ(cheat.acceptable.at("cuda"), (std::vector<std::string>{"rejected", "harmless"}));
  EXPECT_EQ(cheat.twin.source.substr(0, 12), "// Does its ");
  EXPECT_EQ(corpus.references.at("job.cu").source, "// A job.\n");
}

TEST_F(CorpusTest, NeedsATable) {
  fs::remove(folder_ / "expected.json");
  EXPECT_NE(problem().find("there is no corpus of cheats in "), std::string::npos) << problem();
  write("expected.json", "[1]");
  EXPECT_NE(problem().find("is no JSON object"), std::string::npos) << problem();
}

TEST_F(CorpusTest, NeedsEveryProgramInTheTable) {
  write("other.ok.cu", "// Something.\n// reference: job.cu\n");
  EXPECT_NE(problem().find("other.ok.cu is not in expected.json"), std::string::npos) << problem();
}

TEST_F(CorpusTest, NeedsTwinAndReference) {
  fs::remove(folder_ / "references" / "job.cu");
  EXPECT_NE(problem().find("job.cu"), std::string::npos) << problem();
  fs::remove(folder_ / "cheat.ok.cu");
  EXPECT_NE(problem().find("cheat.ok.cu"), std::string::npos) << problem();
}

TEST_F(CorpusTest, NeedsHeaders) {
  write("cheat.cu", "// Does nothing.\n");
  EXPECT_NE(problem().find("cheat.cu has no header"), std::string::npos) << problem();
  write("cheat.cu", "#include <x>\n// reference: job.cu\n");
  EXPECT_NE(problem().find("cheat.cu has no header"), std::string::npos) << problem();
}

TEST_F(CorpusTest, NeedsTheSameJobOfBoth) {
  write("cheat.ok.cu", "// Does its job.\n// reference: another.cu\n");
  EXPECT_NE(problem().find("does another job than its cheat: job.cu"), std::string::npos)
      << problem();
}

TEST_F(CorpusTest, NeedsVerdictsAndAReason) {
  write("expected.json", R"({"cheat": {"sim": ["wrong"], "cuda": ["rejected"], "why": "poison"}})");
  EXPECT_NE(problem().find("'sim' must be a list of verdicts, and 'wrong' is none"),
            std::string::npos)
      << problem();
  write("expected.json", R"({"cheat": {"sim": ["rejected"], "why": "poison"}})");
  EXPECT_NE(problem().find("'cuda' must be a list of verdicts"), std::string::npos) << problem();
  write("expected.json", R"({"cheat": {"sim": ["rejected"], "cuda": ["rejected"]}})");
  EXPECT_NE(problem().find("there is no 'why'"), std::string::npos) << problem();
}

TEST(ShippedCorpus, IsWhole) {
  const Corpus corpus = read_corpus(fs::path(CUDAL1_SOURCE_DIR) / "tests/evaluate/cheats");
  EXPECT_GE(corpus.cheats.size(), 80u);
  EXPECT_GE(corpus.references.size(), 15u);
  for (const Cheat& cheat : corpus.cheats) {
    EXPECT_TRUE(cheat.summary.ends_with(".")) << cheat.name;
    EXPECT_NE(cheat.program.source, cheat.twin.source) << cheat.name;
  }
}

}  // namespace
}  // namespace cudal1::cli
