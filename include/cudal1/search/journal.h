// Finished evaluations, one JSON line each: what a killed run resumes from.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "cudal1/core/files.h"
#include "cudal1/evaluate/evaluation.h"

namespace cudal1::search {

class Journal {
 public:
  // Reads what is there and appends to it. A torn last line (the run was killed while writing) is
  // dropped; DataError with the line number for any other that is not an evaluation.
  static Journal open(const std::filesystem::path& path);

  std::optional<evaluate::Evaluation> find(const evaluate::Task& task,
                                           const evaluate::Candidate& candidate) const;
  void add(const evaluate::Candidate& candidate, const evaluate::Evaluation& evaluation);
  size_t size() const { return finished_.size(); }

 private:
  explicit Journal(const std::filesystem::path& path) : file_(path) {}

  AppendFile file_;
  std::map<std::string, evaluate::Evaluation> finished_;  // by candidate id
};

}  // namespace cudal1::search
