// Device source → cubin or PTX through NVRTC, opened at run time. Needs no GPU. One process
// compiles one source at a time (NVRTC holds a lock): compile_pool.h spreads the work over
// processes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cudal1/core/result.h"

namespace cudal1::gpu {

enum class CodeKind { kCubin, kPtx };

// Of a module: whoever handles it holds several copies. Kernels have a few hundred KiB; more is an array with an
// initialiser.
constexpr size_t kMaxCodeBytes = 8u << 20;

struct CompileRequest {
  std::string source;          // device side of a program
  std::string path;            // for messages
  std::string arch = "sm_90";  // cubin: sm_XX; PTX: taken as compute_XX
  CodeKind kind = CodeKind::kCubin;
  std::vector<std::string> name_expressions;   // "softmax<float, 256>"
  std::map<std::string, std::string> defines;  // tune parameters
  std::vector<std::string> options;            // further NVRTC options ("--use_fast_math")
  // Files beside the source that it includes, by the names it uses. Empty: looked for on disk.
  std::map<std::string, std::string> headers;
};

struct CompiledModule {
  CodeKind kind = CodeKind::kCubin;
  std::string code;  // cubin bytes or PTX text
  std::map<std::string, std::string>
      lowered_names;  // name expression → mangled; non-template kernels too
  std::string log;    // warnings, bounded to 16 KiB
  // From ptxas, per mangled kernel name; empty for PTX.
  struct Resources {
    uint32_t registers = 0, shared_bytes = 0, local_bytes = 0, spill_bytes = 0;
  };
  std::map<std::string, Resources> resources;
  double compile_seconds = 0;  // 0 when it came from the cache
};

// The source does not compile. A value: candidates do this all the time.
struct CompileError {
  int line = 0;  // of the first error in the given source, 0 when unknown
  int column = 0;
  std::string message;  // the first error; with path and line where it is in a header
  std::string log;      // all of it, bounded to 16 KiB
};

// Handle of libnvrtc. EnvironmentError (with what to install) when it cannot be opened or is older
// than 12.
class Compiler {
 public:
  struct Api;
  Compiler();
  ~Compiler();
  Compiler(const Compiler&) = delete;
  Compiler& operator=(const Compiler&) = delete;

  std::pair<int, int> version() const;
  std::string library_path() const;
  // What an answer depends on beside the request: the version and where headers are looked for.
  std::string identity() const;
  std::vector<std::filesystem::path> include_paths() const;
  // EnvironmentError for what no source can cause: unknown options or architecture, a broken
  // installation.
  Result<CompiledModule, CompileError> compile(const CompileRequest& request) const;

 private:
  Api* api_;
};

// Text put in front of every device source so that kernels written for nvcc compile: fixed-width
// integers, INFINITY and the limits, std::min/max/swap/numeric_limits, assert, at::Half / c10
// names, printf … `kPreludeVersion` is part of every cache key.
extern const char* const kPrelude;
extern const int kPreludeVersion;

// The key of a compilation in the cache: prelude, the compiler's identity() and every field of the
// request.
std::string cache_key(const CompileRequest& request, const std::string& compiler);

}  // namespace cudal1::gpu
