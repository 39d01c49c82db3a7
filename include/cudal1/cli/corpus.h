// The corpus of cheats in tests/evaluate/cheats/: NAME.cu looks right to a naive judge, NAME.ok.cu
// does the same job honestly, references/JOB.cu is the job in ATen calls, expected.json says what
// each cheat must come to.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cudal1::cli {

struct ProgramText {
  std::string path, source;
};

struct Cheat {
  std::string name;       // "state_call_counter"
  std::string summary;    // its first line: what it does
  std::string reference;  // "scale.cu"
  ProgramText program, twin;
  // Per kind of device the words of acceptable verdicts; "harmless": passed, and no faster than its
  // twin.
  std::map<std::string, std::vector<std::string>> acceptable;  // "sim", "cuda"
  std::string why;
};

struct Corpus {
  std::map<std::string, ProgramText> references;  // by file name
  std::vector<Cheat> cheats;                      // by name
};

// DataError where a file is missing, not mentioned, or lacks its header.
Corpus read_corpus(const std::filesystem::path& folder);

}  // namespace cudal1::cli
