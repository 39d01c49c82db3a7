#include "cudal1/search/journal.h"

#include "cudal1/core/error.h"
#include "fakes.h"

namespace cudal1::search {
namespace {

evaluate::Evaluation of(int number, const evaluate::Task& task = some_task()) {
  evaluate::Evaluation evaluation = passed_with(1 + number * 0.1);
  evaluation.task_id = task.id();
  evaluation.candidate_id = numbered(number).id();
  return evaluation;
}

TEST(Journal, KeepsWhatWasAdded) {
  const TemporaryFolder folder;
  {
    Journal journal = Journal::open(folder / "j");
    EXPECT_FALSE(journal.find(some_task(), numbered(1)));
    journal.add(numbered(1), of(1));
    journal.add(numbered(2), of(2));
    EXPECT_TRUE(journal.find(some_task(), numbered(1)));
  }
  const Journal journal = Journal::open(folder / "j");
  EXPECT_EQ(journal.size(), 2u);
  ASSERT_TRUE(journal.find(some_task(), numbered(2)));
  EXPECT_DOUBLE_EQ(journal.find(some_task(), numbered(2))->speedup_low(), 1.198);
  EXPECT_FALSE(journal.find(some_task(), numbered(3)));
}

TEST(Journal, IsOfOneTask) {
  const TemporaryFolder folder;
  Journal journal = Journal::open(folder / "j");
  journal.add(numbered(1), of(1));
  EXPECT_FALSE(journal.find({.path = "kernel.cu", .source = "another"}, numbered(1)));
}

TEST(Journal, DropsATornLastLineAndGoesOn) {
  const TemporaryFolder folder;
  {
    Journal journal = Journal::open(folder / "j");
    journal.add(numbered(1), of(1));
    journal.add(numbered(2), of(2));
  }
  const std::string whole = read_file(folder / "j");
  const size_t second = whole.find('\n') + 1;
  for (size_t length : {second + 1, second + 40, whole.size() - 1}) {
    write_file_atomically(folder / "j", whole.substr(0, length));
    {
      Journal journal = Journal::open(folder / "j");
      EXPECT_EQ(journal.size(), 1u);
      journal.add(numbered(3), of(3));
    }
    EXPECT_EQ(Journal::open(folder / "j").size(), 2u);
  }
}

TEST(Journal, NamesALineThatIsNone) {
  const TemporaryFolder folder;
  {
    Journal journal = Journal::open(folder / "j");
    journal.add(numbered(1), of(1));
  }
  write_file_atomically(folder / "j", read_file(folder / "j") + "junk\n");
  try {
    Journal::open(folder / "j");
    FAIL();
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find("j:2: not a finished evaluation"), std::string::npos);
    EXPECT_FALSE(error.advice().empty());
  }
}

}  // namespace
}  // namespace cudal1::search
