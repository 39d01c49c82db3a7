#include <array>
#include <cstring>

#include "cudal1/sim/machine.h"
#include "targets.h"

namespace cudal1::fuzz {
namespace {

constexpr size_t kMaxParams = 4096;  // bytes
constexpr uint64_t kInstructions = 20'000;

// Every parameter of 8 bytes points into the one array that there is, every other one is 5.
std::vector<std::byte> parameters(const std::vector<sim::KernelParam>& params, uint64_t array) {
  size_t size = 0;
  for (const sim::KernelParam& param : params)
    size = std::max<size_t>(size, param.offset + size_t(param.size));
  if (size > kMaxParams) return {};
  std::vector<std::byte> block(size);
  constexpr uint32_t kFive = 5;
  for (const sim::KernelParam& param : params) {
    if (param.size == 8)
      std::memcpy(block.data() + param.offset, &array, 8);
    else if (param.size == 4)
      std::memcpy(block.data() + param.offset, &kFive, 4);
  }
  return block;
}

void run(const sim::Module& module, const std::string& kernel) {
  alignas(256) std::array<std::byte, 1024> array{};
  sim::Memory memory;
  const uint64_t begin = reinterpret_cast<uint64_t>(array.data());
  memory.add({begin, begin + array.size(), "array", true});
  const auto params = parameters(module.params(kernel), begin);
  sim::RunOptions options;
  options.schedule = sim::Schedule::kRandom;
  options.find_races = options.find_uninitialised = true;
  options.max_lane_instructions = kInstructions;
  sim::run(module, memory, {kernel, {2, 1, 1}, {40, 1, 1}, 256, params}, options);
}

}  // namespace

void ptx(std::string_view bytes) {
  const auto module = sim::parse_ptx(bytes);
  if (!module.ok()) return;
  size_t count = 0;
  for (const std::string& kernel : module->kernel_names())
    if (++count <= 4) run(*module, kernel);
}

}  // namespace cudal1::fuzz
