// Replays seeds and inputs that once broke something, under any compiler.
#include <gtest/gtest.h>

#include <filesystem>

#include "cudal1/core/files.h"
#include "targets.h"

namespace cudal1::fuzz {
namespace {

namespace fs = std::filesystem;

const fs::path kSources = CUDAL1_SOURCE_DIR;

void replay(void (*target)(std::string_view), const fs::path& folder,
            const std::string& before = "") {
  if (!fs::exists(folder)) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path().string());
    EXPECT_NO_THROW(target(before + read_file(entry.path())));
  }
}

void replay_crashes(void (*target)(std::string_view), const std::string& name) {
  replay(target, kSources / "tests" / "fuzz" / "crashes" / name);
}

TEST(Fuzz, Programs) {
  replay(program, kSources / "data" / "tasks");
  replay(program, kSources / "tests" / "program" / "accepted");
  replay(program, kSources / "tests" / "program" / "wrong");
  replay_crashes(program, "program");
}

TEST(Fuzz, Ptx) {
  replay(ptx, kSources / "tests" / "sim" / "ptx");
  replay_crashes(ptx, "ptx");
}

TEST(Fuzz, T1) {
  replay(t1, kSources / "tests" / "fuzz" / "seeds" / "t1");
  replay_crashes(t1, "t1");
}

TEST(Fuzz, Tokenizer) {
  replay(tokenizer, kSources / "tests" / "model" / "tokenizers");
  replay_crashes(tokenizer, "tokenizer");
}

TEST(Fuzz, Protocol) {
  replay(protocol, kSources / "tests" / "fuzz" / "seeds" / "protocol");
  replay_crashes(protocol, "protocol");
}

TEST(Fuzz, Config) {
  replay(config, kSources / "tests" / "fuzz" / "seeds" / "config");
  replay_crashes(config, "config");
}

TEST(Fuzz, Safetensors) {
  replay(safetensors, kSources / "tests" / "fuzz" / "seeds" / "safetensors");
  replay_crashes(safetensors, "safetensors");
}

}  // namespace
}  // namespace cudal1::fuzz
