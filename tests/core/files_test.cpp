#include "cudal1/core/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <vector>

#include "cudal1/core/error.h"

namespace cudal1 {
namespace {

namespace fs = std::filesystem;

class Files : public ::testing::Test {
 protected:
  Files() : folder(fs::temp_directory_path() / ("cudal1-files-" + std::to_string(::getpid()))) {
    fs::create_directories(folder);
  }
  ~Files() override { fs::remove_all(folder); }
  size_t entries() const { return size_t(std::distance(fs::directory_iterator(folder), {})); }
  fs::path folder;
};

TEST_F(Files, WritesAndReadsBack) {
  write_file_atomically(folder / "a", std::string_view("x\0y", 3));
  write_file_atomically(folder / "a", "second");
  EXPECT_EQ(read_file(folder / "a"), "second");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, PiecesFollowOneAnother) {
  const std::vector<std::string_view> pieces{"one", "", ", two"};
  write_file_atomically(folder / "a", pieces);
  EXPECT_EQ(read_file(folder / "a"), "one, two");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, AFolderGoesWithAllThatIsInIt) {
  fs::create_directories(folder / "a" / "b");
  write_file_atomically(folder / "a" / "b" / "c", "x");
  write_file_atomically(folder / "kept", "x");
  fs::create_symlink(folder / "kept", folder / "a" / "link");
  remove_folder(folder / "a");
  remove_folder(folder / "never there");
  EXPECT_EQ(entries(), 1u);
}

TEST_F(Files, NewFileNeverReplaces) {
  EXPECT_TRUE(write_new_file(folder / "a", "first"));
  EXPECT_FALSE(write_new_file(folder / "a", "second"));
  EXPECT_EQ(read_file(folder / "a"), "first");
  fs::create_symlink(folder / "nowhere", folder / "link");
  EXPECT_FALSE(write_new_file(folder / "link", "x"));
  EXPECT_EQ(entries(), 2u);
}

TEST_F(Files, EachBadInputHasItsOwnError) {
  const auto message = [](const fs::path& path, uint64_t max = 100) -> std::string {
    try {
      read_file(path, max);
    } catch (const DataError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_NE(message(folder / "missing").find("No such file"), std::string::npos);
  EXPECT_NE(message(folder).find("is a directory"), std::string::npos);
  write_file_atomically(folder / "big", std::string(101, 'x'));
  EXPECT_NE(message(folder / "big").find("has 101 bytes, at most 100"), std::string::npos);
  EXPECT_NE(message("/dev/zero").find("not a regular file"), std::string::npos);
  ::mkfifo((folder / "pipe").c_str(), 0600);
  EXPECT_NE(message(folder / "pipe").find("not a regular file"), std::string::npos);
}

TEST_F(Files, FullDiskIsAnOutputError) {
  EXPECT_THROW(write_file_atomically("/dev/full", "content"), OutputError);
  EXPECT_THROW(write_file_atomically(folder / "no" / "such" / "folder", "x"), OutputError);
}

TEST_F(Files, LeftoversOfAKilledProcessAreRemoved) {
  for (const char* name : {"a.cu.tmp12-345", "a.cu", "notes.tmp", "b.tmp7"}) write_file_atomically(folder / name, "x");
  remove_leftovers(folder, std::chrono::hours(1));
  EXPECT_TRUE(std::filesystem::exists(folder / "a.cu.tmp12-345")) << "somebody may be writing it";
  remove_leftovers(folder, std::chrono::seconds(0));
  EXPECT_FALSE(std::filesystem::exists(folder / "a.cu.tmp12-345"));
  for (const char* name : {"a.cu", "notes.tmp", "b.tmp7"}) EXPECT_TRUE(std::filesystem::exists(folder / name)) << name;
  remove_leftovers(folder / "none", std::chrono::seconds(0));
}

TEST_F(Files, AppendsLines) {
  {
    AppendFile file(folder / "log");
    file.line("one");
  }
  AppendFile(folder / "log").line("two");
  EXPECT_EQ(read_file(folder / "log"), "one\ntwo\n");
  EXPECT_THROW(AppendFile("/dev/full").line("x"), OutputError);
}

}  // namespace
}  // namespace cudal1
