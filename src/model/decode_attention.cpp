#include "decode_attention.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cudal1/core/assert.h"
#include "kernel_name.h"
#include "kernel_parts.h"

namespace cudal1::model {
namespace {

constexpr int64_t kMostSplits = 64, kLeastSplit = 64;  // positions
constexpr int64_t kPerHead = 4;                        // floats beside a split's values

// A version of the kernel, and its blocks.
struct Blocks {
  std::string version;
  int64_t parts = 1;  // blocks that share the queries of a kv head
  int64_t threads = 0, shared_bytes = 0;
};

// The fewest parts of at most `most` of a kv head's queries.
int64_t parts_of(const DecodeHeads& heads, int64_t most) {
  const int64_t group = heads.heads / heads.kv_heads;
  int64_t parts = 1;
  while (group % parts != 0 || group / parts > most) ++parts;
  return parts;
}

// Shared memory: the Tiles of kernels/decode_tiles.cuh.
Blocks on_matrices(const DecodeHeads& heads) {
  const int64_t parts = parts_of(heads, heads.head_dim > 128 ? 8 : 16);  // registers
  const int64_t queries = (heads.heads / heads.kv_heads / parts + 7) / 8 * 8;
  const int64_t chunk = heads.head_dim > 128 ? 32 : 64, rows = 2 * queries + 2 + 4 * chunk;
  return {"3", parts, 128, rows * (heads.head_dim + 8) * 2 + queries * (chunk + 8) * 4};
}

Blocks on_vectors(const DecodeHeads& heads) {
  constexpr int64_t kMostHeads = 8, kMostWidth = 1024;  // of a block: dimensions of all heads
  return {"2", parts_of(heads, std::min(kMostHeads, kMostWidth / heads.head_dim)), 256, 0};
}

Blocks blocks_of(const DecodeHeads& heads, at::ScalarType type) {
  return type == at::kFloat ? on_vectors(heads) : on_matrices(heads);
}

void check_shapes(const DecodeHeads& heads, const at::Tensor& qkv, const at::Tensor& keys,
                  const at::Tensor& values, const at::Tensor& out) {
  const int64_t bytes = heads.head_dim * qkv.element_size();
  CUDAL1_ASSERT(bytes % 32 == 0 && bytes <= 512);
  CUDAL1_ASSERT(heads.heads % heads.kv_heads == 0);
  CUDAL1_ASSERT(qkv.size(1) == (heads.heads + 2 * heads.kv_heads) * heads.head_dim);
  CUDAL1_ASSERT(out.size(0) == qkv.size(0) && out.size(1) == heads.heads * heads.head_dim);
  CUDAL1_ASSERT(keys.size(2) == heads.kv_heads && keys.size(3) == heads.head_dim);
  CUDAL1_ASSERT(values.sizes() == keys.sizes());
  CUDAL1_ASSERT(heads.inverse_frequencies.numel() == heads.head_dim / 2);
  for (const at::Tensor* tensor : {&qkv, &keys, &values, &out, &heads.q_norm, &heads.k_norm})
    CUDAL1_ASSERT(!tensor->defined() ||
                  (tensor->is_contiguous() && tensor->scalar_type() == qkv.scalar_type()));
}

}  // namespace

DecodeWorkspace decode_workspace(const Kernels& kernels, const DecodeHeads& heads, int64_t rows,
                                 int64_t length, const at::TensorOptions& options) {
  constexpr int64_t kBlocks = 2;  // per multiprocessor
  const auto type = at::typeMetaToScalarType(options.dtype());
  const int64_t without = rows * heads.kv_heads * blocks_of(heads, type).parts;
  const int64_t wanted = ceil_div(kBlocks * kernels.multiprocessors(), without);
  const int64_t possible = std::min(kMostSplits, ceil_div(length, kLeastSplit));
  const int64_t splits = std::clamp<int64_t>(wanted, 1, possible);
  return {at::empty({rows * heads.heads * splits * (heads.head_dim + kPerHead)},
                    options.dtype(at::kFloat)),
          at::zeros({without}, options.dtype(at::kInt)), splits};
}

void decode_attention(const Kernels& kernels, const DecodeHeads& heads,
                      const DecodeWorkspace& workspace, const at::Tensor& qkv,
                      const at::Tensor& slots, const at::Tensor& positions, const at::Tensor& keys,
                      const at::Tensor& values, const at::Tensor& out) {
  check_shapes(heads, qkv, keys, values, out);
  CUDAL1_ASSERT(slots.scalar_type() == at::kInt && slots.numel() == qkv.size(0));
  CUDAL1_ASSERT(positions.scalar_type() == at::kInt && positions.numel() == keys.size(0));
  const Blocks blocks = blocks_of(heads, qkv.scalar_type());
  const int64_t rows = qkv.size(0), y = heads.kv_heads * blocks.parts;
  CUDAL1_ASSERT(workspace.counters.numel() >= rows * y);
  CUDAL1_ASSERT(workspace.partials.numel() >=
                rows * heads.heads * workspace.splits * (heads.head_dim + kPerHead));
  const std::string shape = std::to_string(heads.head_dim) + ", " + std::to_string(heads.heads / y);
  launch(kernels, "decode_attention",
         kernel_name("decode_attention_" + blocks.version, qkv.scalar_type(), shape),
         {{uint32_t(workspace.splits), uint32_t(y), uint32_t(rows)},
          {uint32_t(blocks.threads), 1, 1},
          uint32_t(blocks.shared_bytes),
          /*overlaps=*/true},
         qkv.const_data_ptr(), slots.const_data_ptr(), positions.const_data_ptr(),
         heads.inverse_frequencies.const_data_ptr(), float(heads.rotation_scale),
         data_of(heads.q_norm), data_of(heads.k_norm), float(heads.epsilon),
         keys.mutable_data_ptr(), values.mutable_data_ptr(), out.mutable_data_ptr(),
         workspace.partials.mutable_data_ptr(), workspace.counters.mutable_data_ptr(),
         int(keys.size(1)), int(heads.kv_heads),
         int(std::min<int64_t>(heads.window.value_or(std::numeric_limits<int>::max()),
                               std::numeric_limits<int>::max())),
         float(1 / std::sqrt(double(heads.head_dim))));
}

}  // namespace cudal1::model
