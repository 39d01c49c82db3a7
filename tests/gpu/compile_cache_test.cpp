#include "cudal1/gpu/compile_cache.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "temporary_folder.h"

namespace cudal1::gpu {
namespace {

CompileOutcome some_module(size_t code_bytes = 1000, char fill = '\x7f') {
  CompiledModule module;
  module.code = std::string(code_bytes, fill);
  module.lowered_names = {{"scale", "_Z5scalePff"}, {"fill<float, 4>", "_Z4fillIfLi4EEvPT_"}};
  module.log = "a warning\n";
  module.resources["_Z5scalePff"] = {32, 1024, 16, 8};
  module.compile_seconds = 0.25;
  return module;
}

const std::string kKey(64, 'a');

std::string read_all(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(OutcomeCodec, ModuleComesBackWhole) {
  const std::optional<CompileOutcome> back = decode(encode(some_module()));
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->code, some_module()->code);
  EXPECT_EQ((*back)->lowered_names, some_module()->lowered_names);
  EXPECT_EQ((*back)->log, "a warning\n");
  EXPECT_EQ((*back)->resources.at("_Z5scalePff").registers, 32u);
  EXPECT_EQ((*back)->resources.at("_Z5scalePff").spill_bytes, 8u);
  EXPECT_EQ((*back)->compile_seconds, 0.25);
}

TEST(OutcomeCodec, ErrorComesBackWhole) {
  CompileError error;
  error.line = 12;
  error.column = 3;
  error.message = "identifier \"y\" is undefined";
  error.log = "all of it";
  const std::optional<CompileOutcome> back = decode(encode(error));
  ASSERT_TRUE(back && !*back);
  EXPECT_EQ(back->error().line, 12);
  EXPECT_EQ(back->error().column, 3);
  EXPECT_EQ(back->error().message, error.message);
  EXPECT_EQ(back->error().log, "all of it");
}

TEST(OutcomeCodec, EveryCutAndEveryFlippedBitIsSeen) {
  const std::string whole = encode(some_module(40));
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decode(whole.substr(0, size))) << size;
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] ^= 1 << (i % 8);
    EXPECT_FALSE(decode(damaged)) << "byte " << i;
  }
  EXPECT_FALSE(decode(whole + "x"));
}

TEST(CompileCache, StoresAndFinds) {
  const TemporaryFolder folder;
  const CompileCache cache(folder.path() / "modules");
  EXPECT_FALSE(cache.find(kKey));
  cache.store(kKey, some_module());
  const std::optional<CompileOutcome> found = cache.find(kKey);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->code, some_module()->code);
  EXPECT_EQ((*found)->compile_seconds, 0) << "nothing was compiled";
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "modules" / "aa" / kKey));
}

TEST(CompileCache, AMissingHeaderIsNotKept) {
  const TemporaryFolder folder;
  const CompileCache cache(folder.path());
  CompileError error;
  error.message = error.log = "k.cu(1): catastrophic error: cannot open source file \"nothing.h\"";
  cache.store(kKey, error);
  EXPECT_FALSE(cache.find(kKey)) << "installed later, it mends the failure";
  error.message = error.log = "k.cu(1): error: expected a \";\"";
  cache.store(kKey, error);
  EXPECT_TRUE(cache.find(kKey));
}

TEST(CompileCache, DamagedEntryIsAbsentAndCanBeReplaced) {
  const TemporaryFolder folder;
  const CompileCache cache(folder.path());
  cache.store(kKey, some_module());
  const std::filesystem::path entry = folder.path() / "aa" / kKey;
  const std::string whole = read_all(entry);
  std::ofstream(entry, std::ios::binary) << whole.substr(0, whole.size() / 2);
  EXPECT_FALSE(cache.find(kKey));
  std::ofstream(entry, std::ios::binary) << "";
  EXPECT_FALSE(cache.find(kKey));
  cache.store(kKey, some_module());
  EXPECT_TRUE(cache.find(kKey));
}

TEST(CompileCache, FolderThatCannotBeWrittenIsNotFatal) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "in the way";
  const CompileCache cache(folder.path() / "file");
  cache.store(kKey, some_module());
  EXPECT_FALSE(cache.find(kKey));
}

TEST(CompileCache, TwoProcessesWritingOneKeyNeverShowAHalfEntry) {
  const TemporaryFolder folder;
  const CompileCache cache(folder.path());
  const auto write_often = [&](char fill) {
    for (int i = 0; i < 100; ++i) cache.store(kKey, some_module(200'000, fill));
  };
  cache.store(kKey, some_module(200'000, 'x'));
  pid_t children[2];
  for (int i = 0; i < 2; ++i) {
    children[i] = fork();
    if (children[i] == 0) {
      write_often(char('x' + i));
      _exit(0);
    }
  }
  int absent = 0;
  for (int i = 0; i < 100; ++i) {
    const std::optional<CompileOutcome> found = cache.find(kKey);
    if (!found) ++absent;
  }
  for (pid_t child : children) waitpid(child, nullptr, 0);
  EXPECT_EQ(absent, 0);
  const std::string code = (*cache.find(kKey))->code;
  EXPECT_TRUE(code == std::string(200'000, 'x') || code == std::string(200'000, 'y'));
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
    files += entry.is_regular_file();
  EXPECT_EQ(files, 1) << "a temporary was left behind";
}

}  // namespace
}  // namespace cudal1::gpu
