// Runs the real executable as a user does, for the end-to-end tests.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace cudal1::e2e {

namespace fs = std::filesystem;

inline fs::path source_directory() { return CUDAL1_SOURCE_DIR; }
inline std::string binary() { return std::string(CUDAL1_BINARY_DIR) + "/cudal1"; }

inline std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

inline std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

// A folder of this test alone, empty at its start.
inline fs::path fresh_folder() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "-" + test->name();
  for (char& c : name)
    if (c == '/') c = '-';
  const fs::path folder = fs::path(CUDAL1_BINARY_DIR) / "tests" / "e2e" / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

struct Outcome {
  int code = -1;
  std::string out, err;
  double seconds = 0;
  // Of `--json -`; an empty object where stdout holds none.
  nlohmann::json json() const {
    const auto parsed = nlohmann::json::parse(out, nullptr, false);
    return parsed.is_object() ? parsed : nlohmann::json::object();
  }
};

// In `folder`; `environment` as in NAME=value NAME=value.
inline Outcome cudal1(const fs::path& folder, const std::vector<std::string>& words,
                  const std::string& environment = "", int limit_seconds = 300) {
  std::string command = "cd " + quoted(folder.string()) + " && CUDAL1_CACHE_DIR=" +
                        quoted(std::string(CUDAL1_BINARY_DIR) + "/tests/e2e-cache") + " " + environment + " timeout -s KILL " +
                        std::to_string(limit_seconds) + " " + quoted(binary());
  for (const std::string& word : words) command += " " + quoted(word);
  const fs::path out = folder / ".stdout", err = folder / ".stderr";
  command += " >" + quoted(out.string()) + " 2>" + quoted(err.string()) + " </dev/null";
  const auto begin = std::chrono::steady_clock::now();
  const int status = std::system(command.c_str());
  Outcome run;
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  run.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  run.out = read(out);
  run.err = read(err);
  fs::remove(out);
  fs::remove(err);
  return run;
}

}  // namespace cudal1::e2e
