#include "cudal1/execute/cuda_memory.h"

#include <c10/cuda/CUDAException.h>
#include <torch/csrc/cuda/CUDAPluggableAllocator.h>

#include <map>
#include <mutex>
#include <unordered_map>

#include "cudal1/core/assert.h"
#include "cudal1/gpu/driver_api.h"
#include "cudal1/gpu/stream.h"

namespace cudal1::execute {
namespace {

enum class Mode { kPool, kGuard, kRecord, kReplay };

struct State {
  std::mutex mutex;
  const gpu::Context* context = nullptr;
  Mode mode = Mode::kPool;
  uint8_t poison = 0;
  Tape* tape = nullptr;
  std::vector<Tape::Block> lendable;                // blocks of another tape that this one may use
  std::map<size_t, std::vector<CUdeviceptr>> idle;  // of the pool, by rounded size
  std::unordered_map<CUdeviceptr, size_t> pooled;   // in use, from the pool
  std::unordered_map<CUdeviceptr, size_t> taped;    // held by a tape
  std::unordered_map<CUdeviceptr, gpu::GuardedBuffer> guarded;
  std::vector<gpu::GuardedBuffer> graves;
};

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

CUdeviceptr from_guards(State& all, size_t bytes, CUstream stream) {
  auto buffer = gpu::GuardedBuffer::allocate(*all.context, bytes);
  TORCH_CHECK_WITH(OutOfMemoryError, buffer.ok(),
                   "no guarded GPU memory: ", buffer.error().message);
  const CUdeviceptr begin = buffer->get();
  (void)gpu::fill_bytes(*all.context, begin, all.poison, bytes, stream)
      .ok();  // a fault shows at the next synchronisation
  all.guarded.emplace(begin, std::move(buffer.value()));
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
  if (all.mode == Mode::kReplay)
    (void)gpu::fill_bytes(*all.context, block, all.poison, bytes, stream).ok();  // as in from_guards
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
    auto allocator =
        torch::cuda::CUDAPluggableAllocator::createCustomAllocator(&allocate, &release_memory);
    torch::cuda::CUDAPluggableAllocator::changeCurrentAllocator(allocator);
  }
  return instance;
}

void CudaMemory::pool() { set_mode(Mode::kPool, nullptr); }

void CudaMemory::guard(uint8_t poison) {
  state().poison = poison;
  set_mode(Mode::kGuard, nullptr);
}

void CudaMemory::record(Tape& tape, const Tape* lender) {
  CUDAL1_ASSERT(tape.blocks.empty());
  state().lendable = lender ? lender->blocks : std::vector<Tape::Block>{};
  set_mode(Mode::kRecord, &tape);
}

void CudaMemory::replay(Tape& tape, uint8_t poison) {
  tape.next = 0;
  state().poison = poison;
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
    for (CUdeviceptr block : blocks) (void)gpu::fill_bytes(*all.context, block, byte, bytes, stream).ok();
}

void CudaMemory::bury() {
  State& all = state();
  const std::lock_guard lock(all.mutex);
  all.graves.clear();
}

}  // namespace cudal1::execute
