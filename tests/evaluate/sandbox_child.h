// What an evaluation worker can still do once it is locked up: its work, and nothing else. For the
// tests with and without a GPU.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cudal1/core/sandbox.h"
#include "cudal1/core/subprocess.h"

namespace cudal1::evaluate {

namespace fs = std::filesystem;

inline constexpr char kEverything[] = "read write socket fork kill parent";
constexpr std::chrono::seconds kLimit{120};

class WorkerSandboxTest : public testing::Test {
 protected:
  WorkerSandboxTest() {
    fs::create_directories(folder_);
    std::ofstream(folder_ / "secret") << "secret";
  }
  ~WorkerSandboxTest() override { fs::remove_all(folder_); }

  struct Told {
    Isolation isolation;
    std::string outcome;
  };
  Told run(const std::string& device, const std::vector<std::string>& environment) const {
    SpawnOptions spawn;
    spawn.argv = {SANDBOX_CHILD, device, folder_.string(),
                  CUDAL1_SOURCE_DIR "/configs/gpus/h200.json"};
    spawn.environment = environment;
    Subprocess child(spawn);
    Told told;
    told.outcome = child.channel().receive(kLimit).payload;
    const auto isolation = decode_isolation(told.outcome);
    if (!isolation) return told;  // it has skipped
    told.isolation = *isolation;
    const auto end = child.channel().receive(kLimit);
    if (end.status == Channel::Status::kFrame) {
      told.outcome = end.payload;
    } else {
      child.kill();
      told.outcome = child.describe_end();
    }
    return told;
  }

  void expect_only_work(const std::string& device) const {
    const Told open = run(device, {"CUDAL1_SANDBOX=off"});
    if (open.outcome.starts_with("skip: ")) GTEST_SKIP() << open.outcome.substr(6);
    EXPECT_EQ(open.outcome, kEverything) << "the attempts prove nothing here";
    fs::remove(folder_ / "written");
    const Told locked = run(device, {});
    if (locked.isolation.landlock_abi == 0 || !locked.isolation.system_calls)
      GTEST_SKIP() << "isolated here: " << describe(locked.isolation)
                   << "; got: " << locked.outcome;
    EXPECT_EQ(locked.outcome, "") << describe(locked.isolation);
    EXPECT_FALSE(fs::exists(folder_ / "written"));
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("cudal1-worker-sandbox-" + std::to_string(::getpid()));
};

}  // namespace cudal1::evaluate
