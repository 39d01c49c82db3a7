#include <algorithm>
#include <cstring>

#include "cudal1/core/assert.h"
#include "cudal1/sim/ptx.h"
#include "decode.h"
#include "lexer.h"
#include "parser.h"
#include "program.h"
#include "warp.h"

namespace cudal1::sim {
namespace {

constexpr uint64_t kMaxStorage = 1u << 30;  // bytes of all .global and .const variables

void write_initialisers(Module::Impl& impl, const Variable& variable,
                        std::vector<uint64_t>& storage) {
  auto* bytes = reinterpret_cast<std::byte*>(storage.data());
  std::memset(bytes, 0, storage.size() * sizeof(uint64_t));
  const uint32_t size = bytes_of(variable.type);
  uint64_t offset = 0;
  for (const Variable::Initialiser& init : variable.init) {
    uint64_t bits = init.bits;
    if (!init.symbol.empty()) {
      const auto target = impl.storage.find(init.symbol);
      if (target != impl.storage.end()) bits += uint64_t(target->second.data());
      for (size_t i = 0; i < impl.functions.size(); ++i)
        if (impl.functions[i].name == init.symbol) bits = kFunctionWindow + i;
      bits >>= init.shift;
    }
    if (offset + size > variable.bytes()) return;
    std::memcpy(bytes + offset, &bits, size);
    offset += size;
  }
}

bool has_storage(const Variable& variable) {
  return (variable.space == Space::kGlobal || variable.space == Space::kConst) &&
         variable.count > 0;
}

std::unique_ptr<Module::Impl> build(std::string_view text) {
  auto impl = std::make_unique<Module::Impl>();
  impl->text = std::string(text);
  impl->parsed = parse_module(impl->text);
  for (ParsedFunction& parsed : impl->parsed.functions) {
    Function& function = impl->functions.emplace_back();
    function.name = std::string(parsed.name);
    function.is_kernel = parsed.is_kernel;
    function.parsed = std::move(parsed);
  }
  for (Function& function : impl->functions) impl->by_name[function.name] = &function;
  uint64_t room = kMaxStorage;
  for (const Variable& variable : impl->parsed.variables) {
    if (!has_storage(variable)) continue;
    if (variable.bytes() > room)
      throw SyntaxError(
          0, "with " + std::string(variable.name) + " the module's variables take more than 1 GiB");
    room -= variable.bytes();
    impl->storage[std::string(variable.name)].resize((variable.bytes() + 7) / 8 + 32);
    impl->variables.push_back(
        {std::string(variable.name), variable.bytes(), variable.space == Space::kConst});
  }
  decode_module(*impl);
  return impl;
}

const Function& required_kernel(const Module::Impl& impl, std::string_view name) {
  const Function* kernel = impl.kernel(name);
  CUDAL1_ASSERT(kernel != nullptr);
  return *kernel;
}

}  // namespace

Module::Module(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) { reset_variables(); }
Module::Module(Module&&) noexcept = default;
Module& Module::operator=(Module&&) noexcept = default;
Module::~Module() = default;

std::vector<std::string> Module::kernel_names() const {
  std::vector<std::string> names;
  for (const Function& function : impl_->functions)
    if (impl_->kernel(function.name) == &function) names.push_back(function.name);
  return names;
}

bool Module::has_kernel(std::string_view name) const { return impl_->kernel(name) != nullptr; }
const std::vector<KernelParam>& Module::params(std::string_view kernel) const {
  return required_kernel(*impl_, kernel).kernel_params;
}
uint32_t Module::static_shared_bytes(std::string_view kernel) const {
  return required_kernel(*impl_, kernel).shared_bytes;
}
uint32_t Module::max_threads(std::string_view kernel) const {
  return required_kernel(*impl_, kernel).parsed.max_threads;
}
const std::vector<ModuleVariable>& Module::variables() const { return impl_->variables; }

void* Module::variable_address(std::string_view name) const {
  const auto found = impl_->storage.find(name);
  return found == impl_->storage.end() ? nullptr : found->second.data();
}

void Module::reset_variables() {
  for (const Variable& variable : impl_->parsed.variables)
    if (has_storage(variable))
      write_initialisers(*impl_, variable, impl_->storage.find(variable.name)->second);
}

Result<Module, PtxError> parse_ptx(std::string_view text) {
  try {
    return Module(build(text));
  } catch (const SyntaxError& error) {
    return PtxError{error.line, error.what()};
  }
}

}  // namespace cudal1::sim
