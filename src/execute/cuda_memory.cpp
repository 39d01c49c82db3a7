#include "cudal1/execute/cuda_memory.h"

#include <c10/cuda/CUDAException.h>
#include <torch/csrc/cuda/CUDAPluggableAllocator.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "cudal1/core/assert.h"
#include "cudal1/execute/ordinary.h"
#include "cudal1/gpu/driver_api.h"
#include "cudal1/gpu/slack.h"
#include "cudal1/gpu/stream.h"

namespace cudal1::execute {
namespace {

enum class Mode { kPool, kGuard, kRecord, kReplay };

struct State {
  std::mutex mutex;
  const gpu::Context* context = nullptr;
  Mode mode = Mode::kPool;
  uint8_t poison = 0;
  bool is_ordinary = false;  // fresh memory is filled from `ordinary`, not with `poison`
  CUdeviceptr ordinary = 0;
  size_t ordinary_bytes = 0;
  std::unique_ptr<gpu::Slack> slack;
  Tape* tape = nullptr;
  std::vector<Tape::Block> lendable;                // blocks of another tape that this one may use
  std::map<size_t, std::vector<CUdeviceptr>> idle;  // of the pool, by rounded size
  std::unordered_map<CUdeviceptr, size_t> pooled;   // in use, from the pool
  std::unordered_map<CUdeviceptr, size_t> taped;    // held by a tape
  std::unordered_map<CUdeviceptr, gpu::GuardedBuffer> guarded;
  std::vector<gpu::GuardedBuffer> graves;
  std::map<size_t, std::vector<gpu::GuardedBuffer>> spare;  // guarded ones, by size
  size_t spare_bytes = 0;                                   // mapped
};

constexpr size_t kMostSpareBytes = 256u << 20;

// ATen's allocator outlives main(); so must what it points to.
State& state() {
  static State* instance = new State;
  return *instance;
}

size_t rounded(size_t bytes) {
  const size_t granule = bytes < (1u << 20) ? 512 : 2u << 20;
  return std::max(granule, (bytes + granule - 1) / granule * granule);
}

void free_idle(State& all) {
  for (auto& [bytes, blocks] : all.idle)
    for (CUdeviceptr block : blocks) all.context->driver().api().mem_free(block);
  all.idle.clear();
}

CUdeviceptr from_pool(State& all, size_t bytes) {
  const size_t size = rounded(bytes);
  auto& idle = all.idle[size];
  if (!idle.empty()) {
    const CUdeviceptr block = idle.back();
    idle.pop_back();
    return block;
  }
  CUdeviceptr block = 0;
  CUresult status = all.context->driver().api().mem_alloc(&block, size);
  if (status == CUDA_ERROR_OUT_OF_MEMORY) {
    free_idle(all);
    status = all.context->driver().api().mem_alloc(&block, size);
  }
  TORCH_CHECK_WITH(OutOfMemoryError, status == CUDA_SUCCESS, "out of GPU memory: ", size,
                   " bytes were asked for (", gpu::status_text(all.context->driver(), status), ")");
  return block;
}

// A fault shows at the next synchronisation.
void fill(State& all, CUdeviceptr to, size_t bytes, CUstream stream) {
  if (!all.is_ordinary) {
    (void)gpu::fill_bytes(*all.context, to, all.poison, bytes, stream).ok();
    return;
  }
  for (size_t at = 0; at < bytes; at += all.ordinary_bytes)
    (void)gpu::copy_on_device(*all.context, to + at, all.ordinary,
                              std::min(all.ordinary_bytes, bytes - at), stream)
        .ok();
}

gpu::GuardedBuffer guarded_buffer(State& all, size_t bytes) {
  if (auto& spare = all.spare[bytes]; !spare.empty()) {
    gpu::GuardedBuffer buffer = std::move(spare.back());
    spare.pop_back();
    all.spare_bytes -= buffer.mapped_bytes();
    return buffer;
  }
  auto buffer = gpu::GuardedBuffer::allocate(*all.context, bytes);
  TORCH_CHECK_WITH(OutOfMemoryError, buffer.ok(),
                   "no guarded GPU memory: ", buffer.error().message);
  return std::move(buffer.value());
}

CUdeviceptr from_guards(State& all, size_t bytes, CUstream stream) {
  gpu::GuardedBuffer buffer = guarded_buffer(all, bytes);
  const CUdeviceptr begin = buffer.get();
  fill(all, begin, bytes, stream);
  all.slack->mark(buffer, stream);
  all.guarded.emplace(begin, std::move(buffer));
  return begin;
}

CUdeviceptr from_tape(State& all, size_t bytes) {
  Tape& tape = *all.tape;
  if (tape.next < tape.blocks.size() && tape.blocks[tape.next].bytes == bytes)
    return tape.blocks[tape.next++].address;
  tape.broken = true;
  return 0;
}

CUdeviceptr borrow(State& all, size_t bytes) {
  for (auto block = all.lendable.begin(); block != all.lendable.end(); ++block) {
    if (rounded(block->bytes) != rounded(bytes)) continue;
    const CUdeviceptr address = block->address;
    all.lendable.erase(block);
    all.tape->blocks.push_back({address, bytes, true});
    return address;
  }
  return 0;
}

void* allocate(size_t bytes, int, cudaStream_t stream) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  bytes = std::max<size_t>(bytes, 1);
  if (all.mode == Mode::kGuard) return reinterpret_cast<void*>(from_guards(all, bytes, stream));
  if (all.mode == Mode::kReplay)
    if (const CUdeviceptr block = from_tape(all, bytes)) return reinterpret_cast<void*>(block);
  if (all.mode == Mode::kRecord)
    if (const CUdeviceptr block = borrow(all, bytes)) return reinterpret_cast<void*>(block);
  const CUdeviceptr block = from_pool(all, bytes);
  if (all.mode == Mode::kReplay) fill(all, block, bytes, stream);
  if (all.mode == Mode::kRecord) {
    all.tape->blocks.push_back({block, bytes});
    all.taped[block] = rounded(bytes);
  } else {
    all.pooled[block] = rounded(bytes);
  }
  return reinterpret_cast<void*>(block);
}

void release_memory(void* memory, size_t, int, cudaStream_t) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  const auto address = reinterpret_cast<CUdeviceptr>(memory);
  if (all.taped.contains(address)) return;  // the tape keeps it for the next run
  if (const auto found = all.guarded.find(address); found != all.guarded.end()) {
    all.graves.push_back(std::move(found->second));  // the stream may still use it
    all.guarded.erase(found);
    return;
  }
  if (const auto found = all.pooled.find(address); found != all.pooled.end()) {
    all.idle[found->second].push_back(address);
    all.pooled.erase(found);
  }
}

void set_mode(Mode mode, Tape* tape) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  all.mode = mode;
  all.tape = tape;
}

}  // namespace

CudaMemory& CudaMemory::install(const gpu::Context& context) {
  static CudaMemory instance;
  if (!state().context) {
    state().context = &context;
    state().slack = std::make_unique<gpu::Slack>(context);
    auto allocator =
        torch::cuda::CUDAPluggableAllocator::createCustomAllocator(&allocate, &release_memory);
    torch::cuda::CUDAPluggableAllocator::changeCurrentAllocator(allocator);
  }
  return instance;
}

void CudaMemory::pool() { set_mode(Mode::kPool, nullptr); }

void CudaMemory::guard(uint8_t poison) {
  state().poison = poison;
  state().is_ordinary = false;
  set_mode(Mode::kGuard, nullptr);
}

void CudaMemory::guard_ordinary(CUstream stream) {
  State& all = state();
  if (!all.ordinary) {
    const std::vector<float>& contents = ordinary_contents();
    all.ordinary_bytes = contents.size() * sizeof(float);
    gpu::require(all.context->driver(),
                 all.context->driver().api().mem_alloc(&all.ordinary, all.ordinary_bytes),
                 "cuMemAlloc");
    // From pageable memory the driver has taken its copy when the call returns.
    (void)gpu::copy_to_device(*all.context, all.ordinary, contents.data(), all.ordinary_bytes,
                              stream)
        .ok();
  }
  all.is_ordinary = true;
  set_mode(Mode::kGuard, nullptr);
}

std::optional<std::string> CudaMemory::trespass(CUstream stream) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  std::vector<const gpu::GuardedBuffer*> buffers;
  for (const auto& [begin, buffer] : all.guarded) buffers.push_back(&buffer);
  for (const gpu::GuardedBuffer& buffer : all.graves) buffers.push_back(&buffer);
  const auto stray = all.slack->inspect(buffers, stream);
  if (!stray.ok() || !*stray) return std::nullopt;
  const auto [bytes, offset] = **stray;
  const std::string where = offset < 0 ? std::to_string(-offset) + " bytes before"
                                       : "to byte " + std::to_string(offset) + " of";
  return "a store " + where + " a buffer of " + std::to_string(bytes) + " bytes";
}

void CudaMemory::record(Tape& tape, const Tape* lender) {
  CUDAL1_ASSERT(tape.blocks.empty());
  state().lendable = lender ? lender->blocks : std::vector<Tape::Block>{};
  set_mode(Mode::kRecord, &tape);
}

void CudaMemory::replay(Tape& tape, uint8_t poison) {
  tape.next = 0;
  state().poison = poison;
  state().is_ordinary = false;
  set_mode(Mode::kReplay, &tape);
}

void CudaMemory::release(Tape& tape) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  for (const Tape::Block& block : tape.blocks) {
    if (block.lent) continue;
    all.idle[rounded(block.bytes)].push_back(block.address);
    all.taped.erase(block.address);
  }
  tape = {};
}

void CudaMemory::scrub(uint8_t byte, CUstream stream) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  for (const auto& [bytes, blocks] : all.idle)
    for (CUdeviceptr block : blocks)
      (void)gpu::fill_bytes(*all.context, block, byte, bytes, stream).ok();
}

void CudaMemory::recycle(uint8_t poison, CUstream stream) {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  for (gpu::GuardedBuffer& buffer : all.graves) {
    if (all.spare_bytes + buffer.mapped_bytes() > kMostSpareBytes) continue;
    all.spare_bytes += buffer.mapped_bytes();
    (void)gpu::fill_bytes(*all.context, buffer.get(), poison, buffer.bytes(), stream).ok();
    all.spare[buffer.bytes()].push_back(std::move(buffer));
  }
  all.graves.clear();
}

void CudaMemory::bury() {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  all.graves.clear();
  all.spare.clear();
  all.spare_bytes = 0;
}

}  // namespace cudal1::execute
