// Programs run in this process, for tests: parser, NVRTC, executor and a device without workers in
// between.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cudal1/core/files.h"
#include "cudal1/execute/executor.h"
#include "cudal1/execute/sim_device.h"
#include "cudal1/gpu/compile_cache.h"
#include "cudal1/gpu/compiler.h"
#include "cudal1/program/program.h"

namespace cudal1::execute {

inline std::filesystem::path source_directory() { return CUDAL1_SOURCE_DIR; }

inline SimDevice& sim_device() {
  static SimDevice device(sim::read_gpu_spec(source_directory() / "configs/gpus/h200.json"),
                          HostMemory::install());
  return device;
}

// A parsed program with its executor. Moves with its parts where they are.
class Loaded {
 public:
  Loaded(Device& device, const std::string& path, std::string source,
         const std::optional<program::CallRequest>& call = std::nullopt)
      : program_(parse(path, std::move(source))) {
    if (call)
      if (const auto diagnostic = program::apply_call(*program_, *call))
        throw std::runtime_error(program::render(*diagnostic, path, program_->source()));
    executor_ = std::make_unique<Executor>(*program_, device,
                                           [this, &device](const std::vector<std::string>& names) {
                                             gpu::CompileRequest request;
                                             request.source = program_->device_source();
                                             request.path = program_->path();
                                             request.arch = device.architecture();
                                             request.kind = device.code_kind();
                                             request.name_expressions = names;
                                             request.defines = program_->tune();
                                             return compile(request);
                                           });
  }
  program::Program& program() { return *program_; }
  Executor& executor() { return *executor_; }

 private:
  static std::unique_ptr<program::Program> parse(const std::string& path, std::string source) {
    auto parsed = program::parse(path, source);
    if (!parsed.ok()) throw std::runtime_error(program::render(parsed.error(), path, source));
    return std::make_unique<program::Program>(std::move(parsed.value()));
  }
  static gpu::CompileOutcome compile(const gpu::CompileRequest& request) {
    static const gpu::Compiler compiler;
    static const gpu::CompileCache cache(cache_directory() / "modules");
    const std::string key = gpu::cache_key(request, compiler.identity());
    if (auto known = cache.find(key)) return std::move(*known);
    gpu::CompileOutcome outcome = compiler.compile(request);
    cache.store(key, outcome);
    return outcome;
  }

  std::unique_ptr<program::Program> program_;
  std::unique_ptr<Executor> executor_;
};

inline Loaded load_file(Device& device, const std::filesystem::path& path) {
  std::string source = read_file(path);
  return Loaded(device, path.string(), std::move(source));
}

inline std::vector<std::string> programs_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source_directory() / folder))
    if (entry.path().extension() == ".cu") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

// The accepted programs: those with inputs() of their own, and those whose first line says how they are called.
inline std::vector<std::string> accepted_programs(bool called) {
  const std::string folder = "tests/program/accepted";
  std::vector<std::string> names = programs_in(folder);
  std::erase_if(names, [&](const std::string& name) {
    return read_file(source_directory() / folder / (name + ".cu")).starts_with("// call:") != called;
  });
  return names;
}
inline std::vector<std::string> with_inputs() { return accepted_programs(false); }
inline std::vector<std::string> stand_alone() { return accepted_programs(true); }

inline std::string at_line(const HostFailure& failure) {
  return std::to_string(failure.pos.line) + ": [" + failure.rule + "] " + failure.message + "\n" +
         failure.log;
}

// GoogleTest names hold letters, digits and underscores.
inline std::string test_name(std::string text) {
  for (char& c : text)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return text;
}

}  // namespace cudal1::execute
