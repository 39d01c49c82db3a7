// A program: one .cu file, split into the device side (text for NVRTC) and the host side (a tree to interpret).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/core/result.h"
#include "cudal1/program/ast.h"

namespace cudal1::program {

// A __global__ function as its launches see it.
struct Kernel {
  SourcePos pos;
  std::string name;                            // qualified by its namespace, if any
  std::vector<TemplateParam> template_params;
  std::vector<Param> params;
};

// #pragma kernel tune(NAME=v1, v2, …) default(v). Values are integer constants, or words for the preprocessor.
struct TuneParam {
  SourcePos pos;
  std::string name;
  std::vector<std::string> values;
  std::string default_value;
};
using TuneSetting = std::map<std::string, std::string>;  // NAME → value

// A __constant__ or __device__ variable that host code may name (cudaMemcpyToSymbol).
struct DeviceVariable {
  SourcePos pos;
  std::string name;
  TypeRef type;
  bool is_constant = false;
};

// A host function. Its body is parsed when something reaches it, so that a main() with files and printing
// stands in the way of nothing.
class HostFunction {
 public:
  struct Impl;
  explicit HostFunction(std::unique_ptr<Impl> impl);
  HostFunction(HostFunction&&) noexcept;
  ~HostFunction();
  const Function& signature() const;                          // body is null
  const Result<const Function*, Diagnostic>& parsed() const;  // memoised; not thread-safe

 private:
  std::unique_ptr<Impl> impl_;
};

struct ParseOptions {
  TuneSetting tune;                             // overrides; others take their default
  std::map<std::string, std::string> defines;   // further -DNAME=value
};

class Program {
 public:
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  ~Program();

  const std::string& path() const;
  const std::string& source() const;          // as given
  // The device side: the source with host functions, host-only includes and host-only macros blanked by spaces,
  // so that line and column stay those of the file. Preprocessor lines are kept.
  const std::string& device_source() const;
  const std::vector<Kernel>& kernels() const;
  const Kernel* find_kernel(std::string_view name) const;  // exact, else by the last component when unique
  const std::vector<TuneParam>& tune_params() const;
  const TuneSetting& tune() const;             // every parameter with the value in force
  const std::vector<DeviceVariable>& device_variables() const;

  // Host functions of that name, in file order (overloads differ in parameters).
  std::vector<const HostFunction*> functions(std::string_view name) const;
  std::vector<const HostFunction*> all_functions() const;
  // Namespace-scope constants the host side may use: const/constexpr variables and object-like macros are
  // expanded while parsing; these are the variables, in file order.
  const std::vector<StmtPtr>& globals() const;
  // Type aliases at namespace scope are UsingStmt in globals().

  // The entry: `forward`, else what PYBIND11_MODULE / TORCH_LIBRARY binds as "forward" (else its only binding).
  // Empty when there is none.
  const std::string& entry() const;
  // "inputs" first if present, then "inputs_*" in file order.
  std::vector<std::string> input_functions() const;
  // name bound → function name, of PYBIND11_MODULE and TORCH_LIBRARY.
  const std::map<std::string, std::string>& bindings() const;
  // A binding of something that can't be the entry (a lambda), for the error that says that there is no entry.
  const std::optional<Diagnostic>& refused_binding() const;

  struct Impl;
  explicit Program(std::unique_ptr<Impl> impl);
  const Impl& impl() const { return *impl_; }
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Lexes, splits and parses the file's top level; host bodies are parsed on demand. The Diagnostic is the first
// error of the top level (unbalanced braces, bad tune pragma, unknown tune parameter in `options` …).
Result<Program, Diagnostic> parse(std::string path, std::string source, const ParseOptions& options = {});

// --call EXPRESSION [NAME=value…]: replaces entry and inputs.
//   forward(torch::randn({64, 1 << 20}), 1e-5)               a host function; its tensors become inputs
//   saxpy<<<(n + 255) / 256, 256>>>(n, 2.0f, x[n], y[n])     a kernel; x[n], x[n, m]: a fresh array
// x[n] also stands for a raw pointer of a host function. Pointers to non-const are outputs: each call works on a copy.
// Adds `inputs` and `forward` (`forward_call` where the file has its own), written in the host language, to the
// program; the file's own inputs are gone. Diagnostics have no position in the file.
struct CallRequest {
  std::string expression;
  std::map<std::string, std::string> variables;
};
std::optional<Diagnostic> apply_call(Program& program, const CallRequest& request);

// A ready --call line made from the program's own launches and signatures, for the error that says that there
// is no entry or no inputs. Empty when the file has neither kernels nor host functions.
std::string suggest_call(const Program& program);

// The source with its tune parameters fixed: the #ifndef default and the pragma's default(v) replaced by
// `setting`. Compiles with nvcc like the original.
std::string render_tuned(const Program& program, const TuneSetting& setting);

}  // namespace cudal1::program
