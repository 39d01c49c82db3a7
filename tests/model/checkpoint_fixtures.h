// The checkpoints that make_checkpoint_fixtures.py wrote, and how a refusal is looked at.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "cudal1/core/error.h"

namespace cudal1::model {

inline constexpr const char* kFixtures[] = {"qwen2", "qwen2_sliding", "qwen2_yarn",
                                            "qwen3", "llama",         "llama_bf16"};

inline std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(CUDAL1_SOURCE_DIR) / "tests" / "model" / "fixtures" / name;
}

// What `refused` throws, of type `Refusal`; empty, and a failure, where it throws nothing.
template <typename Refusal = DataError, typename F>
std::string refusal(F refused) {
  try {
    refused();
  } catch (const Refusal& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return "";
}

inline testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << text << "' lacks '" << part << "'";
}

}  // namespace cudal1::model
