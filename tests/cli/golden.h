// Approval tests: rendered text against a file in tests/cli/golden/. CUDAL1_APPROVE=1 writes the
// files instead; the change is then judged in the diff of the commit.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace cudal1::cli {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::filesystem::path path =
      std::filesystem::path(CUDAL1_SOURCE_DIR) / "tests/cli/golden" / name;
  if (std::getenv("CUDAL1_APPROVE")) std::ofstream(path) << text;
  std::ifstream file(path);
  std::stringstream approved;
  approved << file.rdbuf();
  EXPECT_EQ(approved.str(), text) << "differs from " << path
                                  << "; CUDAL1_APPROVE=1 accepts the new text";
}

}  // namespace cudal1::cli
