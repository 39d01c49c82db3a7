#include "cudal1/search/run_directory.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/core/run_path.h"
#include "manifest.h"

namespace cudal1::search {
namespace fs = std::filesystem;
namespace {

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

fs::path default_path(const std::string& task_path) {
  const std::string stem = fs::path(task_path).stem().string();
  return new_run_path(stem.empty() ? "run" : stem);
}

void make_directories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    throw OutputError("cannot create the directory " + quoted(path) + ": " + error.message(),
                      "Choose another place with --run-dir.");
}

// A start that was killed before it wrote the manifest, which nothing could resume: empty folders,
// the lock, perhaps the configuration.
bool is_unfinished_start(const fs::path& path) {
  std::error_code error;
  std::set<std::string> names;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error) && !fs::is_empty(entry->path(), error)) return false;
    if (!is_temporary(entry->path())) names.insert(entry->path().filename());
  }
  const std::set<std::string> last = {"attempts", "candidates", "config.json", "lock"};
  return !error &&
         (names == last || (!names.contains("config.json") &&
                            std::includes(last.begin(), last.end(), names.begin(), names.end())));
}

void require_empty(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error) || (fs::is_directory(path, error) && is_unfinished_start(path)))
    return;
  throw OutputError("the run directory " + quoted(path) + " is there already and not empty",
                    "Resume it with --resume, or choose another with --run-dir.");
}

Manifest read_manifest(const fs::path& directory) {
  const fs::path path = directory / "manifest.json";
  if (!fs::exists(path))
    throw DataError(quoted(directory) + " is no run directory: it has no manifest.json",
                    "Give --resume a directory that a run has made (cudal1-runs/...).");
  auto manifest = manifest_from_json(read_file(path));
  if (!manifest)
    throw DataError(quoted(path) + " is not a manifest of cudal1",
                    "It may be damaged: start a new run.");
  return *manifest;
}

void require_same(const fs::path& path, const Manifest& then, const Manifest& now) {
  if (then.task_id != now.task_id)
    throw DataError(
        quoted(path) + " belongs to another program: '" + then.task_path + "' as of " +
            then.started + ", not '" + now.task_path + "' as it is now (task " +
            then.task_id.substr(0, 12) + ", now " + now.task_id.substr(0, 12) + ")",
        "Give the program, --call and tune settings of that run, or start a new run without "
        "--resume.");
  if (then.device != now.device)
    throw DataError(quoted(path) + " was made on '" + then.device + "', this is '" + now.device +
                        "': times of different devices are never mixed",
                    "Resume it there (see --device), or start a new run without --resume.");
}

}  // namespace

RunDirectory RunDirectory::create(const std::optional<fs::path>& at, Manifest manifest,
                                  std::string_view config) {
  const fs::path path = at ? *at : default_path(manifest.task_path);
  require_empty(path);
  make_directories(path / "candidates");
  make_directories(path / "attempts");
  RunDirectory run(path);
  if (manifest.started.empty()) manifest.started = utc_now("%Y-%m-%dT%H:%M:%SZ");
  run.manifest_ = std::move(manifest);
  write_file_atomically(run.config_path(), config);
  write_file_atomically(path / "manifest.json", to_json(run.manifest_));
  run.begin_attempt();
  return run;
}

RunDirectory RunDirectory::resume(const fs::path& path, const Manifest& now) {
  Manifest manifest = read_manifest(path);
  require_same(path, manifest, now);
  make_directories(path / "candidates");
  make_directories(path / "attempts");
  RunDirectory run(path);
  for (const fs::path& folder : {path, path / "candidates", path / "attempts"})
    remove_leftovers(folder, std::chrono::seconds(0));  // locked: nobody else writes here
  run.manifest_ = std::move(manifest);
  run.begin_attempt();
  return run;
}

RunDirectory::RunDirectory(fs::path path) : path_(std::move(path)), lock_(path_) {}

fs::path RunDirectory::candidate_path(const std::string& candidate_id) const {
  return path_ / "candidates" / (candidate_id + ".cu");
}

void RunDirectory::save(const evaluate::Candidate& candidate) const {
  write_new_file(candidate_path(candidate.id()), candidate.source);
}

void RunDirectory::begin_attempt() {
  for (int number = 1;; ++number) {
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "%03d.log", number);
    attempt_log_ = log_directory() / name.data();
    if (write_new_file(attempt_log_, "")) return;
  }
}

}  // namespace cudal1::search
