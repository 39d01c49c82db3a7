#include "cudal1/search/run_directory.h"

#include <nlohmann/json.hpp>
#include <regex>

#include "cudal1/core/error.h"
#include "fakes.h"

namespace cudal1::search {
namespace {

namespace fs = std::filesystem;

Manifest some_manifest() {
  return {.argv = {"cudal1", "optimize", "softmax.cu"},
          .version = "0.1.0",
          .device = "scripted",
          .task_path = "data/softmax.cu",
          .task_id = some_task().id(),
          .seed = 42};
}

template <typename E>
std::string said(const std::function<void()>& action) {
  try {
    action();
  } catch (const E& error) {
    EXPECT_FALSE(error.advice().empty());
    return std::string(error.what()) + " | " + error.advice();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

void expect_part(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(RunDirectory, HoldsEverythingOfARun) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder / "run", some_manifest(), "{\"a\": 1}\n");
  const auto manifest = nlohmann::json::parse(read_file(folder / "run/manifest.json"));
  EXPECT_EQ(manifest["schema"], "cudal1.run/1.0.0");
  EXPECT_EQ(manifest["argv"][1], "optimize");
  EXPECT_EQ(manifest["device"], "scripted");
  EXPECT_EQ(manifest["task"]["id"], some_task().id());
  EXPECT_EQ(manifest["seed"], 42);
  EXPECT_TRUE(std::regex_match(manifest["started"].get<std::string>(),
                               std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")));
  EXPECT_EQ(read_file(run.config_path()), "{\"a\": 1}\n");
  run.save(numbered(1));
  run.save(numbered(1));
  EXPECT_EQ(read_file(folder / ("run/candidates/" + numbered(1).id() + ".cu")), "original source");
  EXPECT_EQ(run.attempt_log(), folder / "run/attempts/001.log");
  EXPECT_TRUE(fs::exists(run.attempt_log()));
}

TEST(RunDirectory, HasADefaultName) {
  const TemporaryFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder / "");
  const RunDirectory first = RunDirectory::create({}, some_manifest(), "{}");
  const RunDirectory second = RunDirectory::create({}, some_manifest(), "{}");
  fs::current_path(before);
  EXPECT_TRUE(
      std::regex_match(first.path().string(), std::regex(R"(cudal1-runs/softmax-\d{8}T\d{6}Z)")))
      << first.path();
  EXPECT_NE(first.path(), second.path());
}

TEST(RunDirectory, NeverTakesADirectoryWithContent) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "precious", "x");
  expect_part(said<OutputError>([&] { RunDirectory::create(folder / "", some_manifest(), "{}"); }),
              "not empty");
  expect_part(
      said<OutputError>([&] { RunDirectory::create(folder / "precious", some_manifest(), "{}"); }),
      "not empty");
  expect_part(said<OutputError>(
                  [&] { RunDirectory::create(folder / "precious/below", some_manifest(), "{}"); }),
              "cannot create the directory");
  EXPECT_EQ(read_file(folder / "precious"), "x");
}

TEST(RunDirectory, ResumesWithTheFirstSeedAndTheNextLog) {
  const TemporaryFolder folder;
  { RunDirectory::create(folder / "run", some_manifest(), "{}"); }
  Manifest now = some_manifest();
  now.seed = 7;
  now.argv = {"cudal1", "optimize", "--resume"};
  const RunDirectory run = RunDirectory::resume(folder / "run", now);
  EXPECT_EQ(run.manifest().seed, 42u);
  EXPECT_EQ(run.attempt_log(), folder / "run/attempts/002.log");
}

TEST(RunDirectory, ResumingRemovesWhatAKillLeftHalfWritten) {
  const TemporaryFolder folder;
  { RunDirectory::create(folder / "run", some_manifest(), "{}"); }
  const fs::path half = folder / "run/candidates/abc.cu.tmp12-34";
  write_file_atomically(half, "hal");
  RunDirectory::resume(folder / "run", some_manifest());
  EXPECT_FALSE(fs::exists(half));
}

TEST(RunDirectory, AStartThatWasKilledBeforeItsManifestBeginsAfresh) {
  const TemporaryFolder folder;
  { RunDirectory::create(folder / "run", some_manifest(), "{}"); }
  fs::remove(folder / "run/manifest.json");
  expect_part(
      said<OutputError>([&] { RunDirectory::create(folder / "run", some_manifest(), "{}"); }),
      "not empty");  // an attempt's log: this one had begun
  fs::remove(folder / "run/attempts/001.log");
  RunDirectory::create(folder / "run", some_manifest(), "{\"b\": 2}");
  EXPECT_EQ(read_file(folder / "run/config.json"), "{\"b\": 2}");
  fs::create_directories(folder / "mine");
  write_file_atomically(folder / "mine/config.json", "{}");
  expect_part(
      said<OutputError>([&] { RunDirectory::create(folder / "mine", some_manifest(), "{}"); }),
      "not empty");
}

TEST(RunDirectory, RefusesToResumeAnotherProgramOrDevice) {
  const TemporaryFolder folder;
  { RunDirectory::create(folder / "run", some_manifest(), "{}"); }
  Manifest other = some_manifest();
  other.task_id = std::string(64, 'f');
  const std::string program = said<DataError>([&] { RunDirectory::resume(folder / "run", other); });
  expect_part(program, "belongs to another program");
  expect_part(program, "without --resume");
  other = some_manifest();
  other.device = "sim";
  expect_part(said<DataError>([&] { RunDirectory::resume(folder / "run", other); }),
              "was made on 'scripted', this is 'sim'");
}

TEST(RunDirectory, RefusesToResumeWhatIsNone) {
  const TemporaryFolder folder;
  expect_part(said<DataError>([&] { RunDirectory::resume(folder / "none", some_manifest()); }),
              "is no run directory");
  write_file_atomically(folder / "manifest.json", "{\"schema\": \"other\"}");
  expect_part(said<DataError>([&] { RunDirectory::resume(folder / "", some_manifest()); }),
              "not a manifest");
}

TEST(RunDirectory, IsLockedWhileOpen) {
  const TemporaryFolder folder;
  {
    const RunDirectory run = RunDirectory::create(folder / "run", some_manifest(), "{}");
    expect_part(said<DataError>([&] { RunDirectory::resume(folder / "run", some_manifest()); }),
                "another run is using");
  }
  RunDirectory first = RunDirectory::resume(folder / "run", some_manifest());
  const RunDirectory moved = std::move(first);
  expect_part(said<DataError>([&] { RunDirectory::resume(folder / "run", some_manifest()); }),
              "another run is using");
}

}  // namespace
}  // namespace cudal1::search
