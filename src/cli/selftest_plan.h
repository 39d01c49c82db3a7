// What selftest has judged: cheats and their twins against plain references, tasks against
// themselves.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "cudal1/cli/corpus.h"
#include "cudal1/evaluate/evaluation.h"

namespace cudal1::cli {

// Candidates of one task; each candidate's summary is its name: "x", "x.ok", "gelu", "gelu
// BLOCK=32".
struct Batch {
  evaluate::Task task;
  std::vector<evaluate::Candidate> candidates;
};

// --only: a part of the name; everything where it is empty.
bool is_selected(const std::string& name, const std::string& only);
std::string twin_name(const Cheat& cheat);  // "x.ok"

// A batch per reference.
std::vector<Batch> cheat_batches(const Corpus& corpus);
// A batch per file whose name contains `only`: the task itself, and two settings of its tune
// parameters, the first and the last value of each.
std::vector<Batch> honest_batches(const std::filesystem::path& folder, const std::string& only);

}  // namespace cudal1::cli
