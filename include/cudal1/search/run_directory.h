// What a run leaves behind, and what a killed one goes on from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/core/folder_lock.h"
#include "cudal1/evaluate/evaluation.h"
#include "cudal1/search/journal.h"

namespace cudal1::search {

struct Manifest {
  std::vector<std::string> argv;
  std::string version;    // of cudal1
  std::string device;     // Evaluator::device()
  std::string task_path;  // as the user gave it
  std::string task_id;
  uint64_t seed = 0;    // of the proposer
  std::string started;  // UTC, 2026-01-31T12:00:00Z; filled in by create() when empty
};

// manifest.json, config.json, journal.jsonl, candidates/<id>.cu, attempts/NNN.log. Locked while it
// is open: two runs never share one.
class RunDirectory {
 public:
  // `at` must be new or empty; absent: cudal1-runs/<stem of the task>-<UTC time>. `config` is the
  // resolved configuration as JSON text. OutputError when it cannot be made or is not empty.
  static RunDirectory create(const std::optional<std::filesystem::path>& at, Manifest manifest,
                             std::string_view config);
  // `now` is what the present command line asks for. DataError, with the ways out, when the
  // directory is none of cudal1, belongs to another program or device, or another run has it open.
  static RunDirectory resume(const std::filesystem::path& path, const Manifest& now);

  const std::filesystem::path& path() const { return path_; }
  const Manifest& manifest() const { return manifest_; }  // resumed: the first run's, with its seed
  std::filesystem::path config_path() const { return path_ / "config.json"; }
  std::filesystem::path journal_path() const { return path_ / "journal.jsonl"; }
  std::filesystem::path candidate_path(const std::string& candidate_id) const;
  std::filesystem::path log_directory() const { return path_ / "attempts"; }
  // attempts/NNN.log of this attempt: 001 for the first, one more for each resume.
  const std::filesystem::path& attempt_log() const { return attempt_log_; }

  Journal open_journal() const { return Journal::open(journal_path()); }
  void save(const evaluate::Candidate& candidate) const;  // to candidate_path

 private:
  explicit RunDirectory(std::filesystem::path path);
  void begin_attempt();

  std::filesystem::path path_;
  std::filesystem::path attempt_log_;
  Manifest manifest_;
  FolderLock lock_;
};

}  // namespace cudal1::search
