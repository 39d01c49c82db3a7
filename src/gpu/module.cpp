#include <utility>

#include "cudal1/gpu/driver.h"
#include "cudal1/gpu/driver_api.h"

namespace cudal1::gpu {

Result<Module, DriverFault> Module::load(const Context& context, const std::string& cubin) {
  CUmodule module = nullptr;
  const CUresult status = context.driver().api().module_load_data(&module, cubin.c_str());
  if (status != CUDA_SUCCESS) return make_fault(context.driver(), status, "cuModuleLoadData");
  return Module(context, module);
}

Module::Module(Module&& other) noexcept
    : context_(other.context_), module_(std::exchange(other.module_, nullptr)) {}

Module& Module::operator=(Module&& other) noexcept {
  std::swap(context_, other.context_);
  std::swap(module_, other.module_);
  return *this;
}

Module::~Module() {
  if (module_)
    note(context_->driver(), context_->driver().api().module_unload(module_), "cuModuleUnload");
}

Result<CUfunction, DriverFault> Module::function(const std::string& mangled) const {
  CUfunction function = nullptr;
  const CUresult status =
      context_->driver().api().module_get_function(&function, module_, mangled.c_str());
  if (status != CUDA_SUCCESS)
    return make_fault(context_->driver(), status, ("cuModuleGetFunction " + mangled).c_str());
  return function;
}

Result<Module::Symbol, DriverFault> Module::symbol(const std::string& mangled) const {
  Symbol symbol;
  const CUresult status = context_->driver().api().module_get_global(&symbol.address, &symbol.bytes,
                                                                     module_, mangled.c_str());
  if (status != CUDA_SUCCESS)
    return make_fault(context_->driver(), status, ("cuModuleGetGlobal " + mangled).c_str());
  return symbol;
}

}  // namespace cudal1::gpu
