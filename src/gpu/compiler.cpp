#include "cudal1/gpu/compiler.h"

#include <chrono>
#include <memory>
#include <set>

#include "compile_log.h"
#include "cudal1/core/error.h"
#include "entry_points.h"
#include "includes.h"
#include "local_headers.h"
#include "nvrtc_api.h"
#include "prelude_parts.h"

namespace cudal1::gpu {
namespace {

constexpr char kPreludeName[] = "cudal1/prelude.h";

std::vector<std::string> option_list(const CompileRequest& request,
                                     const std::vector<Include>& includes,
                                     const std::vector<std::filesystem::path>& include_paths) {
  std::vector<std::string> options = {
      "--std=c++17", "--device-as-default-execution-space", "-lineinfo",
      "--diag-suppress=177,47",  // unused functions; CCCL redefines INFINITY
      std::string("--pre-include=") + kPreludeName};
  const bool ptx = request.kind == CodeKind::kPtx;
  const size_t digits = request.arch.find('_') + 1;
  options.push_back("--gpu-architecture=" +
                    (ptx ? "compute_" + request.arch.substr(digits) : request.arch));
  if (!ptx) {
    options.push_back("--ptxas-options=-v");
    options.push_back("--no-cache");  // NVRTC's own cache would hide what ptxas says
  }
  for (const std::string& part : prelude_parts(request, includes)) options.push_back("-D" + part);
  for (const auto& path : include_paths) options.push_back("--include-path=" + path.string());
  for (const auto& [name, value] : request.defines) options.push_back("-D" + name + "=" + value);
  options.insert(options.end(), request.options.begin(), request.options.end());
  return options;
}

std::vector<const char*> pointers(const std::vector<std::string>& strings) {
  std::vector<const char*> result;
  for (const std::string& string : strings) result.push_back(string.c_str());
  return result;
}

// One compilation: an nvrtcProgram and the calls on it.
class Compilation {
 public:
  // `request` brings its local headers.
  Compilation(const Compiler::Api& api, const CompileRequest& request)
      : api_(api), request_(request) {
    const std::vector<Include> includes =
        scan_includes(request.source + "\n" + text_of(request.headers));
    options_ = option_list(request, includes, api.include_paths);
    std::vector<StandIn> headers = stand_ins(includes);
    headers.push_back({kPreludeName, kPrelude});
    std::set<std::string> names;  // a stand-in is what the file beside the source would need itself
    for (const StandIn& header : headers) names.insert(header.name);
    for (const auto& [name, content] : request.headers)
      if (names.insert(name).second) headers.push_back({name, content});
    std::vector<const char*> contents, included_as;
    for (const StandIn& header : headers) {
      contents.push_back(header.content.c_str());
      included_as.push_back(header.name.c_str());
    }
    check(api.create_program(&program_, request.source.c_str(), file_name(), int(headers.size()),
                             contents.data(), included_as.data()),
          "nvrtcCreateProgram");
  }
  ~Compilation() { api_.destroy_program(&program_); }
  Compilation(const Compilation&) = delete;

  Result<CompiledModule, CompileError> run() {
    for (const std::string& name : request_.name_expressions)
      check(api_.add_name_expression(program_, name.c_str()), "nvrtcAddNameExpression");
    const std::vector<const char*> options = pointers(options_);
    const nvrtcResult status = api_.compile_program(program_, int(options.size()), options.data());
    const std::string log = program_log();
    if (is_source_error(status)) {
      CompileError error =
          parse_error(log.empty() ? failure("the compiler", status)
                                  : without_open_reasons(without_resource_lines(log)),
                      file_name());
      explain_include(request_.source, error);
      return error;
    }
    if (status != NVRTC_SUCCESS)
      throw EnvironmentError(
          failure("nvrtcCompileProgram", status) + "\n" + bounded_log(log),
          "Check the architecture (" + request_.arch + ") and the extra options.");
    CompiledModule compiled = module(log);
    if (compiled.code.size() > kMaxCodeBytes) return too_large(compiled.code.size());
    return compiled;
  }

 private:
  static CompileError too_large(size_t bytes) {
    CompileError error;
    error.message = "the compiled code has " + std::to_string(bytes >> 20) + " MiB, at most " +
                    std::to_string(kMaxCodeBytes >> 20) +
                    " are taken: an array with an initialiser lies there whole";
    error.log = error.message;
    return error;
  }

  const char* file_name() const {
    return request_.path.empty() ? "kernel.cu" : request_.path.c_str();
  }

  // What a source, a name expression or a hostile template can cause.
  static bool is_source_error(nvrtcResult status) {
    return status == NVRTC_ERROR_COMPILATION || status == NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID ||
           status == NVRTC_ERROR_OUT_OF_MEMORY || status == NVRTC_ERROR_INTERNAL_ERROR;
  }

  std::string failure(const char* call, nvrtcResult status) const {
    return std::string(call) + " failed: " + api_.get_error_string(status) + " (" +
           api_.path.string() + ")";
  }

  void check(nvrtcResult status, const char* call) const {
    if (status != NVRTC_SUCCESS)
      throw EnvironmentError(failure(call, status),
                             "This is not the source's fault: check the CUDA installation.");
  }

  std::string program_log() const {
    size_t bytes = 0;
    check(api_.get_program_log_size(program_, &bytes), "nvrtcGetProgramLogSize");
    std::string log(bytes, '\0');
    if (bytes) check(api_.get_program_log(program_, log.data()), "nvrtcGetProgramLog");
    while (!log.empty() && log.back() == '\0') log.pop_back();
    return log;
  }

  template <typename SizeCall, typename GetCall>
  std::string bytes_of(SizeCall size_call, GetCall get_call, const char* what) const {
    size_t bytes = 0;
    check(size_call(program_, &bytes), what);
    std::string code(bytes, '\0');
    if (bytes) check(get_call(program_, code.data()), what);
    return code;
  }

  CompiledModule module(const std::string& log) const {
    CompiledModule module;
    module.kind = request_.kind;
    if (request_.kind == CodeKind::kPtx) {
      module.code = bytes_of(api_.get_ptx_size, api_.get_ptx, "nvrtcGetPTX");
      while (!module.code.empty() && module.code.back() == '\0') module.code.pop_back();
      module.lowered_names = launch_names(ptx_entry_points(module.code));
    } else {
      module.code = bytes_of(api_.get_cubin_size, api_.get_cubin, "nvrtcGetCUBIN");
      module.lowered_names = launch_names(cubin_entry_points(module.code));
      module.resources = parse_resources(log);
    }
    for (const std::string& name : request_.name_expressions) {
      const char* lowered = nullptr;
      check(api_.get_lowered_name(program_, name.c_str(), &lowered), "nvrtcGetLoweredName");
      module.lowered_names[name] = lowered;
    }
    module.log = bounded_log(without_resource_lines(log));
    return module;
  }

  const Compiler::Api& api_;
  const CompileRequest& request_;
  std::vector<std::string> options_;
  nvrtcProgram program_ = nullptr;
};

}  // namespace

Compiler::Compiler() : api_(new Api) {}
Compiler::~Compiler() { delete api_; }

std::pair<int, int> Compiler::version() const { return api_->numbers; }
std::string Compiler::library_path() const { return api_->path.string(); }
std::vector<std::filesystem::path> Compiler::include_paths() const { return api_->include_paths; }

std::string Compiler::identity() const {
  const auto [major, minor] = api_->numbers;
  std::string text = std::to_string(major) + "." + std::to_string(minor);
  for (const auto& path : api_->include_paths) text += "\n" + path.string();
  return text;
}

Result<CompiledModule, CompileError> Compiler::compile(const CompileRequest& request) const {
  const auto start = std::chrono::steady_clock::now();
  CompileRequest whole = request;
  whole.headers = headers_of(request);
  Result<CompiledModule, CompileError> outcome = Compilation(*api_, whole).run();
  if (outcome)
    outcome->compile_seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

}  // namespace cudal1::gpu
