// Compilations on disk by content: <cache>/modules/<2 hex>/<key>. Also remembers what does not compile.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cudal1/gpu/compiler.h"

namespace cudal1::gpu {

using CompileOutcome = Result<CompiledModule, CompileError>;

// Safe for many processes: entries are written to a temporary and renamed; a damaged entry counts as absent.
class CompileCache {
 public:
  explicit CompileCache(std::filesystem::path directory);
  std::optional<CompileOutcome> find(const std::string& key) const;
  void store(const std::string& key, const CompileOutcome& outcome) const;  // failure to write is logged, not fatal

 private:
  std::filesystem::path directory_;
};

std::string encode(const CompileOutcome& outcome);
std::optional<CompileOutcome> decode(const std::string& bytes);  // nullopt when damaged

}  // namespace cudal1::gpu
