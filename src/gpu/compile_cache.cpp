#include "cudal1/gpu/compile_cache.h"

#include <chrono>

#include "cudal1/core/error.h"
#include "cudal1/core/files.h"
#include "cudal1/core/hash.h"
#include "cudal1/core/log.h"
#include "local_headers.h"

namespace cudal1::gpu {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kMaxEntryBytes = 256u << 20;
constexpr std::chrono::hours kAbandoned{1};  // no entry takes that long to write

fs::path entry_path(const fs::path& directory, const std::string& key) {
  return directory / key.substr(0, 2) / key;
}

const std::string& prelude_digest() {
  static const std::string digest = sha256_hex(kPrelude);
  return digest;
}

// What is installed later mends it, and no key tells.
bool misses_a_file(const CompileError& error) {
  for (const char* sign : {"could not open source file", "cannot open source file"})
    if (error.log.find(sign) != std::string::npos) return true;
  return false;
}

}  // namespace

CompileCache::CompileCache(fs::path directory) : directory_(std::move(directory)) {}

std::optional<CompileOutcome> CompileCache::find(const std::string& key) const {
  const fs::path path = entry_path(directory_, key);
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) return std::nullopt;
  try {
    std::optional<CompileOutcome> outcome = decode(read_file(path, kMaxEntryBytes));
    if (!outcome) log::debug("compile cache: damaged entry " + path.string());
    if (outcome && *outcome) (*outcome)->compile_seconds = 0;
    return outcome;
  } catch (const DataError& error) {
    log::debug(std::string("compile cache: ") + error.what());
    return std::nullopt;
  }
}

void CompileCache::store(const std::string& key, const CompileOutcome& outcome) const {
  if (!outcome && misses_a_file(outcome.error())) return;
  const fs::path path = entry_path(directory_, key);
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  remove_leftovers(path.parent_path(), kAbandoned);
  try {
    write_file_atomically(path, encode(outcome));
  } catch (const OutputError& error) {
    log::warning(std::string("compile cache: ") + error.what());
  }
}

std::string cache_key(const CompileRequest& request, const std::string& compiler) {
  Sha256 hash;
  hash.field("cudal1 module").field(std::to_string(kPreludeVersion)).field(prelude_digest());
  hash.field(compiler);
  hash.field(request.source).field(request.path).field(request.arch);
  hash.field(request.kind == CodeKind::kCubin ? "cubin" : "ptx");
  hash.field(std::to_string(request.name_expressions.size()));
  for (const std::string& name : request.name_expressions) hash.field(name);
  hash.field(std::to_string(request.defines.size()));
  for (const auto& [name, value] : request.defines) hash.field(name).field(value);
  for (const std::string& option : request.options) hash.field(option);
  hash.field(text_of(headers_of(request)));
  return hash.hex();
}

}  // namespace cudal1::gpu
