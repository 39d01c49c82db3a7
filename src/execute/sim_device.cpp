#include "cudal1/execute/sim_device.h"

#include <algorithm>
#include <cstring>

#include "cudal1/core/assert.h"

namespace cudal1::execute {
namespace {

struct SimModule : LoadedModule {
  explicit SimModule(sim::Module parsed) : module(std::move(parsed)) {
    for (const sim::ModuleVariable& variable : module.variables())
      initial.push_back(bytes_of(variable));
  }
  std::vector<std::byte> bytes_of(const sim::ModuleVariable& variable) const {
    const auto* begin = static_cast<const std::byte*>(module.variable_address(variable.name));
    return {begin, begin + variable.size};
  }
  sim::Module module;
  std::vector<std::vector<std::byte>> initial;  // of each variable
};

const char* rule_of(sim::FaultKind kind) {
  switch (kind) {
    case sim::FaultKind::kOutOfBounds:
      return "out_of_bounds";
    case sim::FaultKind::kReadOnly:
      return "read_only";
    case sim::FaultKind::kProtected:
      return "input_mutation";
    case sim::FaultKind::kMisaligned:
      return "misaligned";
    case sim::FaultKind::kSharedRace:
      return "shared_race";
    case sim::FaultKind::kPendingCopy:
      return "async_copy";
    case sim::FaultKind::kUninitialisedRead:
      return "uninitialised_read";
    case sim::FaultKind::kDivergentBarrier:
      return "divergent_barrier";
    case sim::FaultKind::kTrap:
      return "trap";
    case sim::FaultKind::kTimeout:
      return "timeout";
    case sim::FaultKind::kUnsupported:
      return "unsupported_instruction";
    case sim::FaultKind::kBadLaunch:
      return "launch_refused";
  }
  return "fault";
}

// By its own name, mangled or not; else by what the source calls it (in a namespace it is mangled:
// _ZN2ns5scaleE).
const sim::ModuleVariable* find_variable(const sim::Module& module, const std::string& symbol) {
  const auto& all = module.variables();
  auto found = std::ranges::find(all, symbol, &sim::ModuleVariable::name);
  const std::string mangled = std::to_string(symbol.size()) + symbol;
  if (found == all.end())
    found = std::ranges::find_if(
        all, [&](const auto& one) { return one.name.find(mangled) != std::string::npos; });
  return found == all.end() ? nullptr : &*found;
}

// The parameter block as the module lays it out: arguments keep their order, offsets are the
// kernel's.
Result<std::vector<std::byte>, DeviceFault> lay_out(const sim::Module& module,
                                                    const std::string& kernel,
                                                    const KernelArguments& arguments) {
  const auto& params = module.params(kernel);
  if (params.size() != arguments.slots.size())
    return DeviceFault{"launch_refused", "it takes " + std::to_string(params.size()) +
                                             " parameters, not " +
                                             std::to_string(arguments.slots.size())};
  std::vector<std::byte> block(params.empty() ? 0 : params.back().offset + params.back().size);
  for (size_t i = 0; i < params.size(); ++i) {
    const auto [offset, size] = arguments.slots[i];
    if (size != params[i].size)
      return DeviceFault{"launch_refused", "parameter " + std::to_string(i + 1) + " has " +
                                               std::to_string(params[i].size) +
                                               " bytes, the argument " + std::to_string(size)};
    std::memcpy(block.data() + params[i].offset, arguments.bytes.data() + offset, size);
  }
  return block;
}

}  // namespace

SimDevice::SimDevice(sim::GpuSpec gpu, HostMemory& memory)
    : gpu_(std::move(gpu)), memory_(memory) {}

std::vector<SimLaunch> SimDevice::take_launches() { return std::exchange(launches_, {}); }

DeviceProperties SimDevice::properties() const {
  DeviceProperties p;
  p.name = gpu_.name;
  const int version = std::atoi(gpu_.architecture.c_str() + gpu_.architecture.find('_') + 1);
  p.major = version / 10;
  p.minor = version % 10;
  p.multi_processor_count = int(gpu_.sms);
  p.max_threads_per_block = int(gpu_.max_threads_per_block);
  p.max_threads_per_multi_processor = int(gpu_.max_warps_per_sm * 32);
  p.registers_per_block = int(gpu_.registers_per_sm);
  p.shared_memory_per_block_optin = gpu_.shared_per_block_optin;
  p.shared_memory_per_multi_processor = gpu_.shared_per_sm;
  p.l2_bytes = gpu_.l2_bytes;
  p.clock_khz = int(gpu_.sm_clock_hz / 1000);
  return p;
}

Result<std::shared_ptr<LoadedModule>, DeviceFault> SimDevice::load(
    const gpu::CompiledModule& module) {
  auto parsed = sim::parse_ptx(module.code);
  uint64_t bytes = 0;
  if (parsed.ok())
    for (const sim::ModuleVariable& variable : parsed->variables()) bytes += variable.size;
  if (auto fault = refuse_variables(bytes)) return std::move(*fault);
  if (!parsed.ok())
    return DeviceFault{
        "unsupported_instruction",
        "PTX line " + std::to_string(parsed.error().line) + ": " + parsed.error().message};
  return std::shared_ptr<LoadedModule>(std::make_shared<SimModule>(std::move(parsed.value())));
}

Result<bool, DeviceFault> SimDevice::restore(LoadedModule& loaded) {
  static_cast<SimModule&>(loaded).module.reset_variables();
  return true;
}

Result<std::vector<ChangedVariable>, DeviceFault> SimDevice::changed(LoadedModule& loaded) {
  const auto& one = static_cast<SimModule&>(loaded);
  std::vector<ChangedVariable> found;
  for (size_t i = 0; i < one.initial.size(); ++i) {
    const sim::ModuleVariable& variable = one.module.variables()[i];
    ChangedVariable now{variable.name, one.initial[i], one.bytes_of(variable)};
    if (now.now != now.initial) found.push_back(std::move(now));
  }
  return found;
}

std::optional<DeviceFault> SimDevice::launch(LoadedModule& loaded, const std::string& kernel,
                                             const LaunchShape& shape,
                                             const KernelArguments& arguments) {
  const sim::Module& module = static_cast<SimModule&>(loaded).module;
  const auto block = lay_out(module, kernel, arguments);
  if (!block.ok()) return block.error();
  const uint64_t shared = module.static_shared_bytes(kernel) + shape.dynamic_shared;
  if (shared > gpu_.shared_per_block_optin)
    return DeviceFault{"launch_refused", "it needs " + std::to_string(shared) +
                                             " bytes of shared memory, " + gpu_.name + " has " +
                                             std::to_string(gpu_.shared_per_block_optin) +
                                             " per block"};
  sim::RunOptions options = options_;
  if (limited_) options.max_lane_instructions = budget_;
  const sim::Launch launch{kernel, shape.grid, shape.block, uint32_t(shape.dynamic_shared), *block};
  sim::LaunchResult result = sim::run(module, memory_.regions(), launch, options);
  if (limited_) budget_ -= std::min(budget_ - 1, result.counts.lane_instructions);
  if (result.fault)
    return DeviceFault{rule_of(result.fault->kind), result.fault->message, result.fault->line};
  launches_.push_back({kernel, shape, std::move(result), shared});
  return std::nullopt;
}

std::optional<DeviceFault> SimDevice::copy_to_symbol(LoadedModule& loaded,
                                                     const std::string& symbol, const void* data,
                                                     uint64_t bytes, uint64_t offset, bool) {
  const sim::Module& module = static_cast<SimModule&>(loaded).module;
  const sim::ModuleVariable* variable = find_variable(module, symbol);
  if (!variable) return DeviceFault{"name", "the device side has no variable '" + symbol + "'"};
  if (offset + bytes > variable->size)
    return DeviceFault{"out_of_bounds", "cudaMemcpyToSymbol of " + std::to_string(bytes) +
                                            " bytes at " + std::to_string(offset) + " into " +
                                            symbol + " of " + std::to_string(variable->size)};
  std::memcpy(static_cast<std::byte*>(module.variable_address(variable->name)) + offset, data,
              bytes);
  return std::nullopt;
}

namespace {

std::optional<DeviceFault> outside(const HostMemory& memory, const void* address, uint64_t bytes,
                                   const char* what) {
  const auto begin = reinterpret_cast<uint64_t>(address);
  const sim::Region* region = memory.regions().find(begin);
  if (bytes == 0 || (region && begin + bytes <= region->end)) return std::nullopt;
  return DeviceFault{"out_of_bounds", std::string(what) + " of " + std::to_string(bytes) +
                                          " bytes leaves " +
                                          (region ? region->label : "every tensor")};
}

std::optional<DeviceFault> not_writable(const HostMemory& memory, const void* address,
                                        uint64_t bytes, const char* what) {
  if (auto fault = outside(memory, address, bytes, what)) return fault;
  const sim::Region* region = memory.regions().find(reinterpret_cast<uint64_t>(address));
  if (bytes == 0 || region->protection.empty()) return std::nullopt;
  return DeviceFault{"input_mutation", std::string(what) + " of " + std::to_string(bytes) +
                                           " bytes into " + region->protection};
}

}  // namespace

std::optional<DeviceFault> SimDevice::fill(void* destination, int byte, uint64_t bytes) {
  if (auto fault = not_writable(memory_, destination, bytes, "cudaMemset")) return fault;
  std::memset(destination, byte, bytes);
  return std::nullopt;
}

std::optional<DeviceFault> SimDevice::copy(void* destination, const void* source, uint64_t bytes) {
  if (auto fault = not_writable(memory_, destination, bytes, "cudaMemcpy")) return fault;
  if (auto fault = outside(memory_, source, bytes, "cudaMemcpy")) return fault;
  std::memmove(destination, source, bytes);
  return std::nullopt;
}

int SimDevice::occupancy(LoadedModule& loaded, const std::string& kernel, int block_threads,
                         uint64_t dynamic_shared) {
  const sim::Module& module = static_cast<SimModule&>(loaded).module;
  const uint64_t shared = module.static_shared_bytes(kernel) + dynamic_shared;
  const int warps = (block_threads + 31) / 32;
  if (warps == 0) return 0;
  int blocks = std::min<int>(int(gpu_.max_blocks_per_sm), int(gpu_.max_warps_per_sm) / warps);
  if (shared > 0) blocks = std::min<int>(blocks, int(gpu_.shared_per_sm / shared));
  return blocks;
}

}  // namespace cudal1::execute
