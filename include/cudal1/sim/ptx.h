// PTX as parsed: modules, kernels and variables. See sim/machine.h to run them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cudal1/core/result.h"

namespace cudal1::sim {

struct PtxError {
  int line = 0;          // of the PTX text
  std::string message;   // "tex.2d is not supported: texture instructions …"
};

struct KernelParam {
  std::string name;
  uint32_t offset = 0;  // bytes, in the parameter block
  uint32_t size = 0;    // bytes
};

struct ModuleVariable {
  std::string name;
  uint64_t size = 0;         // bytes
  bool is_constant = false;  // .const, else .global
};

// A parsed and decoded module, with storage for its .global and .const variables. Move-only.
class Module {
 public:
  struct Impl;
  explicit Module(std::unique_ptr<Impl> impl);
  Module(Module&&) noexcept;
  Module& operator=(Module&&) noexcept;
  ~Module();

  std::vector<std::string> kernel_names() const;  // mangled
  bool has_kernel(std::string_view name) const;
  const std::vector<KernelParam>& params(std::string_view kernel) const;
  uint32_t static_shared_bytes(std::string_view kernel) const;
  uint32_t max_threads(std::string_view kernel) const;  // .maxntid product, 0 when not given

  const std::vector<ModuleVariable>& variables() const;
  // Storage of a variable, or null. Initialised from the PTX; `reset_variables` does so again.
  void* variable_address(std::string_view name) const;
  void reset_variables();

  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

Result<Module, PtxError> parse_ptx(std::string_view text);

}  // namespace cudal1::sim
