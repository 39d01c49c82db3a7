// Runs the host side of a program on a device.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cudal1/core/result.h"
#include "cudal1/execute/device.h"
#include "cudal1/execute/value.h"
#include "cudal1/gpu/compile_cache.h"
#include "cudal1/program/program.h"

namespace cudal1::execute {

// Compiles the program's device side with these name expressions instantiated.
using CompileKernels =
    std::function<gpu::CompileOutcome(const std::vector<std::string>& name_expressions)>;

// Watches a run; every member may be empty.
struct Observer {
  std::function<void(const std::string& kernel, const LaunchShape& shape)> kernel_ran;
  std::function<void(const std::string& name, const std::vector<at::Tensor>& inputs,
                     const std::vector<at::Tensor>& outputs)>
      operator_ran;
};

// One program on one device. Not thread-safe. Program and device outlive it.
class Executor {
 public:
  Executor(const program::Program& program, Device& device, CompileKernels compile);
  ~Executor();
  Executor(Executor&&) noexcept;

  // Arguments for the entry from an input function ("inputs", "inputs_odd").
  Result<Values, HostFailure> make_inputs(const std::string& function);
  // The entry. Tensors of the result in order; a void entry yields none (it writes its arguments).
  Result<std::vector<at::Tensor>, HostFailure> forward(const Values& arguments);

  // Any host function of the program.
  Result<Value, HostFailure> call(const std::string& function, const Values& arguments);

  // Puts module variables back to what the file says.
  std::optional<HostFailure> reset_module();
  // What calls have left in module variables, and a way to leave something else there.
  Result<std::vector<ChangedVariable>, HostFailure> changed_variables();
  std::optional<HostFailure> set_variable(const std::string& symbol, const std::vector<std::byte>& bytes);
  void observe(Observer observer);
  // Of host code, beside the device's work, in each call from here on; 10 s unless told.
  void set_host_limit(double seconds);
  // Position of the operator or launch begun last.
  program::SourcePos position() const;
  const std::vector<std::string>& name_expressions() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The tensors in a value, depth first.
std::vector<at::Tensor> tensors_in(const Value& value);

}  // namespace cudal1::execute
