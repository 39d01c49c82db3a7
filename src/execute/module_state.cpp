#include "module_state.h"

#include "cudal1/gpu/driver_api.h"
#include "cudal1/gpu/stream.h"

namespace cudal1::execute {

ModuleState::~ModuleState() {
  if (copy_) gpu::note(context_->driver(), context_->driver().api().mem_free(copy_), "cuMemFree");
}

std::optional<gpu::DriverFault> ModuleState::save(const gpu::Context& context,
                                                  const gpu::Module& module,
                                                  const std::vector<gpu::ModuleVariable>& variables,
                                                  CUstream stream) {
  context_ = &context;
  size_t total = 0;
  for (const gpu::ModuleVariable& variable : variables) {
    const auto symbol = module.symbol(variable.symbol);
    if (!symbol.ok()) {
      whole_ = false;
      ranges_.clear();
      return std::nullopt;
    }
    ranges_.push_back({variable.symbol, symbol->address, symbol->bytes, total});
    total += (symbol->bytes + 255) / 256 * 256;
  }
  if (ranges_.empty()) return std::nullopt;
  const CUresult status = context.driver().api().mem_alloc(&copy_, total);
  if (status != CUDA_SUCCESS) return gpu::make_fault(context.driver(), status, "cuMemAlloc");
  for (const Range& range : ranges_) {
    const auto copied =
        gpu::copy_on_device(context, copy_ + range.offset, range.address, range.bytes, stream);
    if (!copied.ok()) return copied.error();
  }
  return std::nullopt;
}

Result<bool, gpu::DriverFault> ModuleState::restore(const gpu::Context& context,
                                                    CUstream stream) const {
  for (const Range& range : ranges_) {
    const auto copied =
        gpu::copy_on_device(context, range.address, copy_ + range.offset, range.bytes, stream);
    if (!copied.ok()) return copied.error();
  }
  return whole_;
}

Result<std::vector<ChangedVariable>, gpu::DriverFault> ModuleState::changed(
    const gpu::Context& context, CUstream stream) const {
  std::vector<ChangedVariable> variables;
  for (const Range& range : ranges_) {
    ChangedVariable variable{range.symbol, std::vector<std::byte>(range.bytes),
                             std::vector<std::byte>(range.bytes)};
    for (const auto& [to, from] : {std::pair{variable.initial.data(), copy_ + range.offset},
                                   {variable.now.data(), range.address}}) {
      const auto copied = gpu::copy_to_host(context, to, from, range.bytes, stream);
      if (!copied.ok()) return copied.error();
    }
    variables.push_back(std::move(variable));
  }
  const auto done = gpu::synchronize(context, stream);
  if (!done.ok()) return done.error();
  std::erase_if(variables,
                [](const ChangedVariable& variable) { return variable.now == variable.initial; });
  return variables;
}

}  // namespace cudal1::execute
