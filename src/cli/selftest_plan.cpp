#include "cli/selftest_plan.h"

#include <algorithm>

#include "cudal1/cli/load_task.h"
#include "cudal1/core/error.h"

namespace cudal1::cli {
namespace {

namespace fs = std::filesystem;
using evaluate::Candidate;

Candidate candidate_of(const ProgramText& program, const std::string& name) {
  return {.source = program.source,
          .tune = {},
          .origin = "selftest",
          .summary = name,
          .path = program.path};
}

std::vector<fs::path> tasks_in(const fs::path& folder, const std::string& only) {
  if (!fs::is_directory(folder))
    throw DataError("there is no folder of tasks " + folder.string(),
                    "It comes with the sources, as data/tasks/.");
  std::vector<fs::path> paths;
  for (const auto& file : fs::directory_iterator(folder))
    if (file.path().extension() == ".cu" && is_selected(file.path().stem().string(), only))
      paths.push_back(file.path());
  std::ranges::sort(paths);
  return paths;
}

std::string shown(const program::TuneSetting& tune) {
  std::string text;
  for (const auto& [name, value] : tune) text += " " + name + "=" + value;
  return text;
}

// The corners of the space, where they are not the task itself.
std::vector<program::TuneSetting> corners(const program::Program& program) {
  program::TuneSetting first, last;
  for (const program::TuneParam& param : program.tune_params()) {
    first[param.name] = param.values.front();
    last[param.name] = param.values.back();
  }
  std::vector<program::TuneSetting> settings;
  for (const program::TuneSetting& setting : {first, last})
    if (setting != program.tune() && !std::ranges::count(settings, setting))
      settings.push_back(setting);
  return settings;
}

Batch honest_batch(const fs::path& path) {
  const ProgramText text{path.string(), read_program(path.string())};
  const program::Program program = require_program(text.path, text.source, std::nullopt, {});
  Batch batch{.task = {.path = text.path, .source = text.source},
              .candidates = {candidate_of(text, path.stem().string())}};
  for (const program::TuneSetting& setting : corners(program)) {
    batch.candidates.push_back(candidate_of(text, path.stem().string() + shown(setting)));
    batch.candidates.back().tune = setting;
  }
  return batch;
}

}  // namespace

bool is_selected(const std::string& name, const std::string& only) {
  return name.find(only) != std::string::npos;
}

std::string twin_name(const Cheat& cheat) { return cheat.name + ".ok"; }

std::vector<Batch> cheat_batches(const Corpus& corpus) {
  std::vector<Batch> batches;
  for (const auto& [name, reference] : corpus.references) {
    Batch batch{.task = {.path = reference.path, .source = reference.source}};
    for (const Cheat& cheat : corpus.cheats) {
      if (cheat.reference != name) continue;
      batch.candidates.push_back(candidate_of(cheat.program, cheat.name));
      batch.candidates.push_back(candidate_of(cheat.twin, twin_name(cheat)));
    }
    if (!batch.candidates.empty()) batches.push_back(std::move(batch));
  }
  return batches;
}

std::vector<Batch> honest_batches(const fs::path& folder, const std::string& only) {
  std::vector<Batch> batches;
  for (const fs::path& path : tasks_in(folder, only)) batches.push_back(honest_batch(path));
  return batches;
}

}  // namespace cudal1::cli
