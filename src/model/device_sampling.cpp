#include "device_sampling.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "cudal1/core/assert.h"
#include "kernel_name.h"
#include "kernel_parts.h"

namespace cudal1::model {
namespace {

constexpr int64_t kThreads = 256;
constexpr int64_t kChunk = 2048;                // per_chunk is a multiple: 8 tokens per thread
constexpr int64_t kChunkFloats = 5;             // of a chunk's result
constexpr int64_t kMostTokens = (1 << 18) - 1;  // whose mass a histogram holds

void check_types(const at::Tensor& logits, const at::Tensor& slots, const SlotSampling& sampling) {
  const int64_t count = sampling.settings.size(0), vocab = logits.size(1);
  CUDAL1_ASSERT(logits.is_contiguous() && draws_from(vocab));
  CUDAL1_ASSERT(slots.scalar_type() == at::kInt && slots.numel() == logits.size(0));
  CUDAL1_ASSERT(sampling.settings.scalar_type() == at::kFloat && sampling.settings.size(1) == 4);
  CUDAL1_ASSERT(sampling.seeds.scalar_type() == at::kLong && sampling.seeds.numel() == count);
  for (const at::Tensor* whole : {&sampling.top_k, &sampling.positions, &sampling.tokens})
    CUDAL1_ASSERT(whole->scalar_type() == at::kInt && whole->numel() == count);
  CUDAL1_ASSERT(!sampling.seen.defined() ||
                (sampling.seen.scalar_type() == at::kInt && sampling.seen.size(0) == count &&
                 sampling.seen.size(1) == ceil_div(vocab, 32)));
}

}  // namespace

bool draws_from(int64_t vocab) { return vocab <= kMostTokens; }

DrawnRows drawn_rows(const Kernels& kernels, int64_t rows, int64_t vocab,
                     const at::Device& device) {
  constexpr int64_t kBlocks = 4;  // per multiprocessor
  const int64_t wanted = ceil_div(kBlocks * kernels.multiprocessors(), rows);
  const int64_t per_chunk = ceil_div(ceil_div(vocab, wanted), kChunk) * kChunk;
  const at::TensorOptions real = at::TensorOptions(at::kFloat).device(device);
  return {at::empty({rows}, real.dtype(at::kInt)), at::empty({rows}, real),
          at::empty({rows, ceil_div(vocab, per_chunk), kChunkFloats}, real),
          at::empty({rows}, real), per_chunk};
}

void sample(const Kernels& kernels, const at::Tensor& logits, const at::Tensor& slots,
            const SlotSampling& sampling, Filters filters, const DrawnRows& drawn) {
  check_types(logits, slots, sampling);
  const auto rows = uint32_t(logits.size(0));
  const int vocab = int(logits.size(1)), per_row = int(drawn.chunks.size(1));
  CUDAL1_ASSERT(drawn.chunks.size(0) >= rows && per_row * drawn.per_chunk >= vocab);
  const int64_t vector = 16 / logits.element_size();
  const std::string at_once = std::to_string(vocab % vector == 0 ? vector : 1);
  const auto instance = [&](const char* name) {
    return kernel_name(name, logits.scalar_type(), at_once);
  };
  void* seen = sampling.seen.defined() ? sampling.seen.mutable_data_ptr() : nullptr;
  const void* settings = sampling.settings.const_data_ptr();
  void* thresholds = filters == Filters::kSome ? drawn.thresholds.mutable_data_ptr() : nullptr;
  if (thresholds)
    launch(kernels, "sample", instance("sample_threshold"),
           {{rows, 1, 1}, {1024, 1, 1}, 0, /*overlaps=*/true}, logits.const_data_ptr(),
           slots.const_data_ptr(), settings, sampling.top_k.const_data_ptr(), seen, thresholds,
           vocab);
  launch(kernels, "sample", instance("sample_chunks_2"),
         {{uint32_t(per_row), rows, 1}, {uint32_t(kThreads), 1, 1}, 0, /*overlaps=*/true},
         logits.const_data_ptr(), slots.const_data_ptr(), settings, sampling.seeds.const_data_ptr(),
         sampling.positions.const_data_ptr(), seen, thresholds, drawn.chunks.mutable_data_ptr(),
         vocab, int(drawn.per_chunk));
  launch(kernels, "sample", "sample_merge", {{rows, 1, 1}, {32, 1, 1}, 0, /*overlaps=*/true},
         drawn.chunks.const_data_ptr(), per_row, slots.const_data_ptr(), seen, vocab,
         drawn.tokens.mutable_data_ptr(), drawn.logprobs.mutable_data_ptr(),
         sampling.tokens.mutable_data_ptr(), sampling.positions.mutable_data_ptr());
}

}  // namespace cudal1::model
