#include "skinny_linear.h"

#include <algorithm>

#include "cudal1/core/assert.h"
#include "kernel_name.h"
#include "kernel_parts.h"

namespace cudal1::model {
namespace {

constexpr int64_t kWarps = 28;      // of a block at most: what the kernel's registers allow
constexpr int64_t kInFlight = 128;  // vectors of a warp: 4 per lane, of one row or of two

struct Geometry {
  int64_t blocks = 1, groups = 1, splits = 1;  // warps of a row; such groups of a block
};

// A block per multiprocessor. Warps share a row where there are too few rows for them; there are
// somewhat fewer warps where the rows then come out even.
Geometry geometry_of(int64_t rows, int64_t vectors, int64_t in_flight, int64_t multiprocessors) {
  const int64_t share = ceil_div(rows, multiprocessors);
  Geometry best;
  best.splits = std::clamp<int64_t>(kWarps / share, 1, ceil_div(vectors, in_flight));
  const auto load = [&](int64_t groups) { return ceil_div(share, groups) * groups; };
  const int64_t most = kWarps / best.splits;
  best.groups = std::min(share, most);
  for (int64_t groups = best.groups - 1; 2 * groups >= most; --groups)
    if (load(groups) < load(best.groups)) best.groups = groups;
  best.blocks = std::min(multiprocessors, ceil_div(rows, best.groups));
  return best;
}

const char* argument_of(Then then) {
  switch (then) {
    case Then::kStore:
      return "kStore";
    case Then::kAdd:
      return "kAdd";
    case Then::kSwiglu:
      return "kSwiglu";
  }
  CUDAL1_ASSERT(false);
}

void check_shapes(const SkinnyLinear& layer, Then then, const at::Tensor& x, const at::Tensor& y) {
  const int64_t rows = layer.weight.size(0), width = layer.weight.size(1);
  CUDAL1_ASSERT(x.size(0) >= 1 && x.size(0) <= kSkinnyRows && x.size(1) == width);
  CUDAL1_ASSERT(y.size(0) == x.size(0) && y.size(1) * (then == Then::kSwiglu ? 2 : 1) == rows);
  CUDAL1_ASSERT(width * layer.weight.element_size() % 16 == 0);
  CUDAL1_ASSERT(!layer.bias.defined() || layer.bias.numel() == rows);
  CUDAL1_ASSERT(!layer.norm.defined() || layer.norm.numel() == width);
  for (const at::Tensor* tensor : {&layer.weight, &layer.bias, &layer.norm, &x, &y})
    CUDAL1_ASSERT(!tensor->defined() ||
                  (tensor->is_contiguous() && tensor->scalar_type() == x.scalar_type()));
}

int64_t shared_bytes(int64_t batch, const at::Tensor& weight) {
  return batch * weight.size(1) * weight.element_size();
}

}  // namespace

bool fits_skinny_linear(const at::Tensor& weight, int64_t batch) {
  constexpr int64_t kShared = 220 << 10;  // of a block, beside what it has statically
  return batch <= kSkinnyRows && shared_bytes(batch, weight) <= kShared;
}

void skinny_linear(const Kernels& kernels, const SkinnyLinear& layer, Then then,
                   const at::Tensor& x, const at::Tensor& y) {
  check_shapes(layer, then, x, y);
  const int64_t batch = x.size(0), width = x.size(1), vector = 16 / x.element_size();
  const bool normed = layer.norm.defined();
  const Geometry geometry =
      geometry_of(y.size(1), width / vector, then == Then::kSwiglu ? kInFlight / 2 : kInFlight,
                  kernels.multiprocessors());
  const LaunchShape shape{{uint32_t(geometry.blocks), 1, 1},
                          {uint32_t(geometry.groups * geometry.splits * 32), 1, 1},
                          uint32_t(shared_bytes(batch, layer.weight)),
                          /*overlaps=*/true};
  launch(
      kernels, "skinny_linear",
      kernel_name("skinny_linear_2", x.scalar_type(),
                  std::to_string(batch) + (normed ? ", true, " : ", false, ") + argument_of(then)),
      shape, x.const_data_ptr(), layer.weight.const_data_ptr(), data_of(layer.bias),
      data_of(layer.norm), float(layer.epsilon), y.mutable_data_ptr(), int(y.size(1)), int(width),
      int(geometry.splits));
}

}  // namespace cudal1::model
